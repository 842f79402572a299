import { formatDecimal } from "../../core/money.js";
import type { Client } from "./client.js";

/** One account's balance, in minor units, beside what it should be. */
export interface BookLine {
  readonly account: string;
  readonly asset: string;
  readonly shouldBe: bigint;
  readonly is: bigint;
}

/** The demo's customer, in the form that the books name its accounts. */
export const WALLET = "wallet";

const nameOf = (account: string, asset: string) => `${account} ${asset}`;

/**
 * What the books should say, kept by the demo itself as each step happens: nothing in here is asked of the service. Against a
 * running service the system accounts start anywhere, so it is the change since `start` that counts.
 */
export class Books {
  readonly #client: Client;
  readonly #expected = new Map<string, bigint>();
  readonly #scales = new Map<string, number>();
  #before = new Map<string, bigint>();
  #walletId = "";

  constructor(client: Client) {
    this.#client = client;
  }

  /** Notes where the accounts stand before the first step. */
  async start(walletId: string): Promise<void> {
    this.#walletId = walletId;
    await this.learnAssets();
    this.#before = await this.#balances();
  }

  /** Looks at the assets again: a chain's gas becomes one when it is first booked. */
  async learnAssets(): Promise<void> {
    for (const { code, scale } of await this.#assets()) this.#scales.set(code, scale);
  }

  /** Expects `amount` of an asset to move between two accounts. */
  expect(from: string, to: string, asset: string, amount: bigint): void {
    for (const [account, change] of [
      [from, -amount],
      [to, amount],
    ] as const) {
      const name = nameOf(account, asset);
      this.#expected.set(name, (this.#expected.get(name) ?? 0n) + change);
    }
  }

  /** What the customer should be able to spend. */
  expectedBalance(asset: string): bigint {
    return this.#expected.get(nameOf(WALLET, asset)) ?? 0n;
  }

  /** Every account that should have changed or did, the customer's first. */
  async compare(): Promise<BookLine[]> {
    const now = await this.#balances();
    const names = new Set([...this.#expected.keys(), ...now.keys()]);
    return [...names]
      .map((name) => {
        const [account = "", asset = ""] = name.split(" ");
        const is = (now.get(name) ?? 0n) - (this.#before.get(name) ?? 0n);
        return { account, asset, shouldBe: this.#expected.get(name) ?? 0n, is };
      })
      .filter(({ shouldBe, is }) => shouldBe !== 0n || is !== 0n)
      .sort((a, b) => rank(a) - rank(b) || nameOf(a.asset, a.account).localeCompare(nameOf(b.asset, b.account)));
  }

  /** Minor units as people write them. */
  format(amount: bigint, asset: string): string {
    return formatDecimal(amount, this.#scales.get(asset) ?? 0);
  }

  async #assets(): Promise<{ code: string; scale: number }[]> {
    return (await this.#client.call("GET", "/v1/assets")).body.data;
  }

  async #balances(): Promise<Map<string, bigint>> {
    const [system, own] = await Promise.all([
      this.#client.all("/v1/ledger/accounts?kind=system"),
      this.#client.all(`/v1/ledger/accounts?kind=customer&walletId=${this.#walletId}`),
    ]);
    return new Map([
      ...system.map((row) => [nameOf(row.code, row.asset), BigInt(row.balance)] as const),
      ...own.map((row) => [nameOf(WALLET, row.asset), BigInt(row.balance)] as const),
    ]);
  }
}

const rank = ({ account }: BookLine) => (account === WALLET ? 0 : 1);

/** The sum of all accounts, by asset: zero, or something was lost or made. */
export function sums(lines: readonly BookLine[]): Map<string, bigint> {
  const totals = new Map<string, bigint>();
  for (const { asset, is } of lines) totals.set(asset, (totals.get(asset) ?? 0n) + is);
  return totals;
}
