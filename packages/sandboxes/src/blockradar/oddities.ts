import { randomUUID } from "node:crypto";
import { plant } from "../recorder.js";
import type { SandboxServer } from "../server.js";
import type { Collection } from "../store.js";
import type { MasterWallet } from "./chains.js";
import type { Transactions } from "./transactions.js";
import { blockchainJson, tokenJson, walletAssetJson, walletJson } from "./wire.js";

interface OddEntry {
  readonly walletId: string;
  readonly entry: unknown;
}

interface ListedAsset {
  readonly symbol: string;
  readonly decimals: number;
  readonly contract: string;
}

/** What a provider may say that none of its documents foresees: entries, chains and coins that nobody has heard of. */
export class Oddities {
  readonly #server: SandboxServer;
  readonly #transactions: Transactions;
  readonly #entries: Collection<OddEntry>;
  readonly #chains: Collection<{ slug: string }>;
  readonly #assets: Collection<{ id: string; walletId: string; asset: ListedAsset }>;

  constructor(server: SandboxServer, transactions: Transactions) {
    this.#server = server;
    this.#transactions = transactions;
    this.#entries = server.store.collection("odd_entries");
    this.#chains = server.store.collection("odd_chains");
    this.#assets = server.store.collection("odd_assets");
  }

  /** Another entry of a wallet's list: a transaction with these fields, or with `bare` exactly this. Told as `event`, if any. */
  list(wallet: MasterWallet, entry: unknown, { bare, event }: { bare: boolean; event?: string | undefined }): unknown {
    const [asset] = wallet.assets.filter(({ native }) => !native);
    if (!asset) throw new Error("a wallet without tokens");
    const draft = this.#transactions.draft(wallet, asset, "DEPOSIT", "1");
    const listed = bare || typeof entry !== "object" || entry === null ? entry : { ...draft, ...entry };
    // By its own name, since a list answers it among others; what has none is told by all of it.
    const { id } = typeof listed === "object" && listed !== null ? (listed as { id?: unknown }) : {};
    plant(typeof id === "string" && id !== "" ? `"${id}"` : JSON.stringify(listed));
    this.#entries.put(randomUUID(), { walletId: wallet.id, entry: listed });
    if (event !== undefined) {
      const body = JSON.stringify({ event, data: listed });
      this.#server.webhooks.enqueue({ id: randomUUID(), type: event, body });
    }
    return listed;
  }

  entries(walletId: string): unknown[] {
    const all = this.#entries.values().filter((each) => each.walletId === walletId);
    return all.map(({ entry }) => entry).reverse();
  }

  /** The wallet is on another chain from now on. */
  setChain(wallet: MasterWallet, slug: string): void {
    this.#chains.put(wallet.id, { slug });
  }

  /** The wallet lists another coin from now on. */
  addAsset(wallet: MasterWallet, asset: ListedAsset): void {
    this.#assets.put(`${wallet.id}/${asset.contract}`, { id: randomUUID(), walletId: wallet.id, asset });
  }

  /** A wallet as it is answered. */
  walletJson(wallet: MasterWallet): object {
    const { chain } = wallet;
    const strange = this.#chains.get(wallet.id);
    const more = this.#assets
      .values()
      .filter(({ walletId }) => walletId === wallet.id)
      .map(({ id, asset }) => ({
        id,
        isActive: true,
        asset: {
          ...tokenJson(chain, { ...asset, id: "", name: asset.symbol, native: false, holds: "0" }),
          ...blockchainOf(chain),
        },
      }));
    return {
      ...walletJson(wallet),
      ...(strange ? { blockchain: { ...blockchainJson(chain), slug: strange.slug, name: strange.slug } } : {}),
      assets: [...wallet.assets.map((asset) => walletAssetJson(chain, asset)), ...more],
    };
  }
}

const blockchainOf = (chain: MasterWallet["chain"]) => ({ blockchain: blockchainJson(chain) });
