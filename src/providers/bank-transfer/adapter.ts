import { currencyExponent } from "../../core/currencies.js";
import type { DecimalAmount } from "../ports/common.js";
import type { PaymentPort } from "../ports/payments.js";
import { accepted, decimalString, rejected } from "../shared.js";
import { referenceOf, referencesIn } from "./reference.js";

export interface BankTransferOptions {
  readonly iban: string;
  readonly accountHolder: string;
  readonly bic?: string | undefined;
  readonly bankName?: string | undefined;
  /** What the account takes, as ISO 4217 codes. */
  readonly currencies: readonly string[];
}

/**
 * Transfers to an account of ours. Nobody is called: a payment is a reference for its payer to write, and what arrives is told by
 * lines of the account's statement. So it knows of no payment that it came, and sends nothing back.
 */
export function createBankTransferProvider(options: BankTransferOptions): PaymentPort {
  const { currencies, iban, accountHolder, bic, bankName } = options;
  const refusePrice = ({ amount, asset }: DecimalAmount): string | undefined => {
    if (!currencies.includes(asset)) return `the account takes ${currencies.join(", ")}`;
    if (!decimalString.safeParse(amount).success || /^[0.]+$/.test(amount)) return "the price must be more than zero";
    const decimals = currencyExponent(asset) ?? 0;
    const given = amount.split(".")[1]?.length ?? 0;
    return given > decimals ? `${asset} has ${decimals} decimals` : undefined;
  };
  const isOurs = (reference: string) => referencesIn(reference)[0] === reference;
  return {
    capabilities: {
      flows: ["transfer"],
      // The same request has the same reference for ever.
      idempotencyWindowMs: Number.POSITIVE_INFINITY,
      supportsAsset: (asset) => currencies.includes(asset),
      chargedIn: (asset) => asset,
      refusePrice,
    },
    createPayment: async ({ paymentId, flow, price }) => {
      if (flow !== "transfer") return rejected("not_supported", "a bank transfer has only the transfer flow");
      const refusal = refusePrice(price);
      if (refusal !== undefined) return rejected("price_refused", refusal);
      const reference = referenceOf(paymentId);
      const instructions = { reference, accountHolder, iban, bic, bankName };
      return accepted({ paymentId, providerReference: reference, status: "pending", instructions });
    },
    cancelPayment: async ({ providerReference }) =>
      isOurs(providerReference) ? accepted({ providerReference, status: "canceled" }) : { outcome: "notFound" },
    getPayment: async (providerReference) =>
      isOurs(providerReference) ? accepted({ providerReference, status: "pending" }) : { outcome: "notFound" },
    listPayments: async () => accepted({ data: [], nextCursor: null }),
    statements: { referencesIn },
  };
}
