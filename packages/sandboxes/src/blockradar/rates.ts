import type { SandboxServer } from "../server.js";
import type { Collection } from "../store.js";

const DEFAULTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  USDC: { USD: 1, EUR: 0.92, GBP: 0.79, NGN: 1_540.5 },
  USDT: { USD: 1, EUR: 0.92, GBP: 0.79, NGN: 1_540.5 },
  ETH: { USD: 3_000 },
  BNB: { USD: 600 },
  TRX: { USD: 0.12 },
};

/** Prices, as JSON numbers, which is how Blockradar gives them. */
export class Rates {
  readonly #rates: Collection<number>;

  constructor(server: SandboxServer) {
    this.#rates = server.store.collection("rates");
  }

  set(asset: string, currency: string, rate: number): void {
    this.#rates.put(`${asset}/${currency}`, rate);
  }

  of(assets: readonly string[], currency: string): Record<string, Record<string, number>> {
    const rates: Record<string, Record<string, number>> = {};
    for (const asset of assets) {
      const rate = this.#rates.get(`${asset}/${currency}`) ?? DEFAULTS[asset]?.[currency];
      if (rate !== undefined) rates[asset] = { [currency]: rate };
    }
    return rates;
  }
}
