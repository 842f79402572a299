import t from "tap";
import { SYSTEM_ACCOUNTS } from "../../../../src/modules/books/ledger/types.js";
import { isPlaced, placeOf, signed } from "../../../../src/modules/finance/exports/rules/accounts.js";
import { csvCells, formulaSafe, jsonLine } from "../../../../src/modules/finance/exports/rules/columns.js";
import { journalTransaction, postingsOf } from "../../../../src/modules/finance/exports/rules/journal.js";
import { FORMATS, FORMATS_OF, windowProblem } from "../../../../src/modules/finance/exports/rules/kinds.js";
import { xmlText } from "../../../../src/modules/finance/exports/rules/statement.js";
import { LINES_A_DAY, summaryOf } from "../../../../src/modules/finance/exports/rules/summary.js";
import { EXPORT_FORMATS, EXPORT_KINDS } from "../../../../src/modules/finance/exports/types.js";
import { CLEARING_ACCOUNTS } from "../../../../src/providers/ports/index.js";

t.test("every kind has a format, every format a kind, and every account of the ledger a place", async (t) => {
  for (const kind of EXPORT_KINDS) t.ok(FORMATS_OF[kind].length > 0, kind);
  const used = new Set(Object.values(FORMATS_OF).flat());
  t.strictSame([...used].sort(), [...EXPORT_FORMATS].sort());
  for (const account of [...SYSTEM_ACCOUNTS, ...Object.values(CLEARING_ACCOUNTS), "wallet"])
    t.ok(isPlaced(account), `${account}: rules/accounts.ts and docs/exports.md say where it stands`);
  t.match(placeOf("acme_pay_clearing").path, ["Assets", "Providers", "Acme-Pay"]);
  t.match(placeOf("something_new").path, ["Equity", "Other", "Something-New"]);
});

t.test("windows", async (t) => {
  const now = new Date("2026-03-01T00:01:00.000Z");
  const at = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) });
  for (const [window, problem] of [
    [at("2026-02-01", "2026-03-01"), undefined],
    [at("2026-02-01", "2026-03-01T00:00:00.001Z"), "open"],
    [at("2026-02-01", "2026-02-01"), "reversed"],
    [at("2026-02-02", "2026-02-01"), "reversed"],
    [at("2025-02-27", "2026-03-01"), "too_wide"],
    [at("2025-02-28", "2026-03-01"), undefined],
  ] as const)
    t.equal(windowProblem("ofx", window, now), problem, `${window.from.toISOString()} ${window.to.toISOString()}`);
  t.equal(FORMATS.ofx.maxDays, 366);
});

t.test("cells: text is harmless, numbers are numbers", async (t) => {
  for (const [text, safe] of [
    ["=1+1", "'=1+1"],
    ["+49", "'+49"],
    ["-5", "'-5"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["＝1", "'＝1"],
    ["a=1", "a=1"],
    ["", ""],
  ] as const)
    t.equal(formulaSafe(text), safe);
  const columns = [
    { name: "amount", is: "amount", scale: "scale" },
    { name: "note", is: "text" },
    { name: "asset", is: "word" },
  ] as const;
  t.strictSame(csvCells(columns, { amount: -5n, scale: 2, note: "-5", asset: "USD" }), ["-0.05", "-5", "'-5", "USD"]);
  t.strictSame(csvCells(columns, { amount: null, scale: 2, note: null, asset: "USD" }), ["", "", "", "USD"]);
  t.equal(jsonLine(["a", "b"], [9_007_199_254_740_993n, 'x"\n']), '{"a":9007199254740993,"b":"x\\"\\n"}');
});

const TRANSFER = {
  id: "trf_1",
  transactionId: "txn_1",
  type: "debit",
  from: "wallet",
  to: "credits_used",
  fromWallet: "wal_1",
  toWallet: null,
  amount: 7n,
  asset: { code: "CREDIT", scale: 0 },
  reference: "a, b; c",
  description: 'x ; y | z\n"quoted"',
  createdAt: new Date("2026-01-31T23:59:59.999Z"),
};

t.test("a transfer's lines sum to zero, also one that crosses between the halves", async (t) => {
  t.equal(signed("wallet", 7n), -7n);
  t.equal(signed("stripe_clearing", 7n), 7n);
  for (const [from, to, lines] of [
    ["wallet", "credits_used", 2],
    ["deferred_revenue", "stripe_clearing", 2],
    ["wallet", "stripe_clearing", 3],
  ] as const) {
    const postings = postingsOf({ ...TRANSFER, from, to });
    t.equal(postings.length, lines);
    t.equal(
      postings.reduce((sum, { amount }) => sum + amount, 0n),
      0n,
    );
  }
  t.equal(
    journalTransaction("hledger", TRANSFER),
    "2026-01-31 * (trf_1) debit | x / y / z 'quoted'\n  ; transaction: txn_1\n  ; reference: a  b/ c\n  ; from-wallet: wal_1\n" +
      "  liabilities:customers  7 CREDIT\n  equity:credits:used  -7 CREDIT\n\n",
  );
  t.match(
    journalTransaction("beancount", { ...TRANSFER, asset: { code: "P_", scale: 2 } }),
    "Liabilities:Customers  0.07 P_.U\n",
  );
});

t.test("a day's summary balances within each provider, and keeps to its lines", async (t) => {
  const flow = (from: string, to: string, amount: bigint) => ({
    day: "2026-01-31",
    asset: "USD",
    scale: 2,
    from,
    to,
    amount,
  });
  const lines = summaryOf(
    [
      flow("deferred_revenue", "stripe_clearing", 999n),
      flow("stripe_clearing", "provider_fees", 59n),
      flow("deferred_revenue", "coinbase_clearing", 500n),
      flow("coinbase_clearing", "deferred_revenue", 500n),
      flow("credits_issued", "wallet", 10n),
    ],
    { accounts: { stripe_clearing: "611" } },
  );
  t.strictSame(
    lines.map(({ provider, code, amount }) => [provider, code, amount]),
    [
      ["stripe", "2100", -999n],
      ["stripe", "6000", 59n],
      ["stripe", "611", 940n],
    ],
    "nothing of what came to nothing, and no credits",
  );
  const many = Array.from({ length: 8 }, (_, nth) => [
    flow("deferred_revenue", `p${nth}_clearing`, 10n),
    flow(`p${nth}_clearing`, "provider_fees", 1n),
  ]).flat();
  const together = summaryOf(many);
  t.ok(together.length <= LINES_A_DAY, `${together.length} lines`);
  t.equal(
    together.reduce((sum, { amount }) => sum + amount, 0n),
    0n,
  );
});

t.test("text in XML", async (t) => {
  t.equal(xmlText("<a> & \u0000\u0007b\n c"), "&lt;a&gt; &amp; b c");
  t.equal(xmlText("\ud800x😀"), "x😀");
  t.equal(xmlText("&&&&", 2), "&amp;&amp;");
});
