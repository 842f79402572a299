import { z } from "zod";
import { currencyExponent } from "../../core/currencies.js";
import { list } from "../../core/setting-kinds.js";
import { defineProvider } from "../definition.js";
import { type BankTransferOptions, createBankTransferProvider } from "./adapter.js";

/** ISO 13616: the number that the letters and digits spell, the first four last, leaves 1 when divided by 97. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = [...text.slice(4), ...text.slice(0, 4)].map((character) => Number.parseInt(character, 36)).join("");
  return BigInt(digits) % 97n === 1n;
}

/** Transfers to an account of the operator's, confirmed by a person or by lines of its statement. */
export const bankTransfer = defineProvider({
  name: "bank_transfer",
  title: "Bank transfer",
  offers: ["payments"],
  clearing: "bank_transfer_clearing",
  settings: {
    BANK_TRANSFER_IBAN: z
      .string()
      .transform((text) => text.replaceAll(" ", "").toUpperCase())
      .refine(isIban, "is not an IBAN")
      .optional()
      .describe("the account that transfers go to; turns bank transfers on"),
    BANK_TRANSFER_ACCOUNT_HOLDER: z
      .string()
      .min(1)
      .max(70)
      .optional()
      .describe("whose account it is, as payers write it"),
    BANK_TRANSFER_BIC: z
      .string()
      .regex(/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/, "is not a BIC")
      .optional()
      .describe("the bank's BIC, for payers abroad"),
    BANK_TRANSFER_BANK_NAME: z.string().min(1).max(70).optional().describe("the bank's name, shown to payers"),
    BANK_TRANSFER_CURRENCIES: list
      .refine((codes) => codes.every((code) => currencyExponent(code) !== undefined), "each must be an ISO 4217 code")
      .default(["EUR"])
      .describe("comma-separated currencies that the account takes"),
  },
  problems: ({ BANK_TRANSFER_IBAN, BANK_TRANSFER_ACCOUNT_HOLDER, BANK_TRANSFER_CURRENCIES }) => {
    if (!BANK_TRANSFER_IBAN) return [];
    return [
      ...(BANK_TRANSFER_ACCOUNT_HOLDER ? [] : ["BANK_TRANSFER_ACCOUNT_HOLDER: required with BANK_TRANSFER_IBAN"]),
      ...(BANK_TRANSFER_CURRENCIES.length > 0 ? [] : ["BANK_TRANSFER_CURRENCIES: required with BANK_TRANSFER_IBAN"]),
    ];
  },
  read: (settings): BankTransferOptions | undefined =>
    settings.BANK_TRANSFER_IBAN === undefined
      ? undefined
      : {
          iban: settings.BANK_TRANSFER_IBAN,
          accountHolder: settings.BANK_TRANSFER_ACCOUNT_HOLDER ?? "",
          bic: settings.BANK_TRANSFER_BIC,
          bankName: settings.BANK_TRANSFER_BANK_NAME,
          currencies: settings.BANK_TRANSFER_CURRENCIES,
        },
  build: (options) => ({ payments: createBankTransferProvider(options) }),
});
