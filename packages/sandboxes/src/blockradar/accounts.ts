import { randomUUID } from "node:crypto";
import { formatDecimal, parseDecimal } from "../decimals.js";
import type { SandboxServer } from "../server.js";
import type { Collection } from "../store.js";
import { makeAddress } from "./addresses.js";
import { type MasterWallet, WALLETS, type WalletAsset } from "./chains.js";
import { blockradarError } from "./dialect.js";
import type { ChildAddress } from "./wire.js";

/** Digits only where there are any: "1", "0.2". */
export function decimal(units: bigint, decimals: number): string {
  const text = formatDecimal(units, decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Units of an amount; refused when it is finer than the token. */
export function unitsOf(amount: string, decimals: number): bigint {
  const parsed = parseDecimal(amount, decimals);
  if (parsed.remainder !== null) throw blockradarError(400, "amount has too many decimals for this asset");
  return parsed.amount;
}

/** Master wallets, what they hold, their addresses, and the lists that addresses are screened against. */
export class Accounts {
  readonly #balances: Collection<string>;
  readonly #addresses: Collection<ChildAddress>;
  readonly #blacklist: Collection<true>;

  constructor(server: SandboxServer) {
    this.#balances = server.store.collection("balances");
    this.#addresses = server.store.collection("addresses");
    this.#blacklist = server.store.collection("blacklist");
  }

  wallet(id: string): MasterWallet {
    const wallet = WALLETS.find((candidate) => candidate.id === id);
    if (!wallet) throw blockradarError(404, "Wallet not found");
    return wallet;
  }

  asset(wallet: MasterWallet, id: string): WalletAsset {
    const asset = wallet.assets.find((candidate) => candidate.id === id);
    if (!asset) throw blockradarError(404, "Asset not found");
    return asset;
  }

  native(wallet: MasterWallet): WalletAsset {
    const native = wallet.assets.find((asset) => asset.native);
    if (!native) throw new Error("a chain has a native coin");
    return native;
  }

  balance(wallet: MasterWallet, asset: WalletAsset): bigint {
    const stored = this.#balances.get(`${wallet.id}/${asset.id}`);
    return stored === undefined ? unitsOf(asset.holds, asset.decimals) : BigInt(stored);
  }

  setBalance(wallet: MasterWallet, asset: WalletAsset, units: bigint): void {
    this.#balances.put(`${wallet.id}/${asset.id}`, units.toString());
  }

  add(wallet: MasterWallet, asset: WalletAsset, units: bigint): void {
    this.setBalance(wallet, asset, this.balance(wallet, asset) + units);
  }

  createAddress(
    wallet: MasterWallet,
    input: Pick<ChildAddress, "name" | "metadata" | "disableAutoSweep">,
  ): ChildAddress {
    const now = new Date().toISOString();
    const child: ChildAddress = {
      ...input,
      id: randomUUID(),
      walletId: wallet.id,
      address: makeAddress(wallet.chain.family),
      isActive: true,
      createdAt: now,
      updatedAt: now,
    };
    this.#addresses.put(child.id, child);
    return child;
  }

  changeAddress(
    child: ChildAddress,
    change: Partial<Pick<ChildAddress, "isActive" | "name" | "metadata" | "disableAutoSweep">>,
  ): ChildAddress {
    const changed = { ...child, ...change, updatedAt: new Date().toISOString() };
    this.#addresses.put(child.id, changed);
    return changed;
  }

  address(wallet: MasterWallet, id: string): ChildAddress {
    const child = this.#addresses.get(id);
    if (!child || child.walletId !== wallet.id) throw blockradarError(404, "Address not found");
    return child;
  }

  /** Newest first. */
  addresses(wallet: MasterWallet): ChildAddress[] {
    return this.#addresses
      .values()
      .filter(({ walletId }) => walletId === wallet.id)
      .reverse();
  }

  /** A child address by its text, its own id, or the id that the integrator gave it in its metadata. */
  findAddress(wanted: string): ChildAddress | undefined {
    const same = wanted.toLowerCase();
    return this.#addresses
      .values()
      .find(
        ({ id, address, metadata }) =>
          id === wanted || address.toLowerCase() === same || Object.values(metadata ?? {}).includes(wanted),
      );
  }

  setBlacklisted(address: string, listed: boolean): void {
    if (listed) this.#blacklist.put(address.toLowerCase(), true);
    else this.#blacklist.delete(address.toLowerCase());
  }

  isBlacklisted(address: string): boolean {
    return this.#blacklist.get(address.toLowerCase()) === true;
  }
}
