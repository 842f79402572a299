import t from "tap";
import { loadConfig } from "../../src/config.js";
import { buildProviders, readProviders } from "../../src/providers/registry.js";
import { statementContract } from "./statement-contract.js";

const SETTINGS = {
  DATABASE_URL: "postgres://u:p@db/coffer",
  BANK_TRANSFER_IBAN: "DE89 3704 0044 0532 0130 00",
  BANK_TRANSFER_ACCOUNT_HOLDER: "Example Shop",
  BANK_TRANSFER_CURRENCIES: "EUR, JPY",
};

const build = (env: Record<string, string> = SETTINGS) =>
  buildProviders(readProviders(loadConfig(env), "https://pay.example")).payments.get("bank_transfer");

t.test("contract", async (t) =>
  statementContract(t, () => {
    const provider = build();
    if (!provider) throw new Error("not built");
    return { provider, price: { amount: "9.99", asset: "EUR" } };
  }),
);

t.test("it is off without an account, and an account is checked", (t) => {
  t.equal(build({ DATABASE_URL: SETTINGS.DATABASE_URL }), undefined);
  for (const [name, env] of Object.entries({
    BANK_TRANSFER_IBAN: { BANK_TRANSFER_IBAN: "DE88370400440532013000" },
    BANK_TRANSFER_ACCOUNT_HOLDER: { BANK_TRANSFER_ACCOUNT_HOLDER: "" },
    BANK_TRANSFER_BIC: { BANK_TRANSFER_BIC: "nope" },
    BANK_TRANSFER_CURRENCIES: { BANK_TRANSFER_CURRENCIES: "EUR,credits" },
  }))
    t.throws(() => loadConfig({ ...SETTINGS, ...env }), new RegExp(`${name}: `), name);
  t.end();
});

t.test("a currency is written with its own decimals", (t) => {
  const refuse = (amount: string) => build()?.capabilities.refusePrice({ amount, asset: "JPY" });
  t.equal(refuse("500"), undefined);
  t.type(refuse("500.5"), "string");
  t.end();
});
