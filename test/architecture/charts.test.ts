import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import pg from "pg";
import t from "tap";
import ts from "typescript";
import { migrate } from "../../src/db/migrate.js";
import type { Chart } from "../../src/kernel/charts.js";
import type * as exportQueries from "../../src/modules/finance/exports/queries/index.js";
import type * as methods from "../../src/modules/sales/payment-methods/queries.js";
import type * as payments from "../../src/modules/sales/payments/queries.js";
import type * as refunds from "../../src/modules/sales/refunds/queries.js";
import type * as subscriptions from "../../src/modules/sales/subscriptions/queries.js";
import type * as topUps from "../../src/modules/sales/top-ups/queries.js";
import type * as deposits from "../../src/modules/stablecoins/deposits/queries.js";
import type * as payouts from "../../src/modules/stablecoins/payouts/queries.js";
import type * as treasury from "../../src/modules/stablecoins/treasury/queries.js";
import { createTestDatabase } from "../helpers/cluster.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MODULES = path.join(ROOT, "src", "modules");

/**
 * The one file that may write the status of each object, and the queries that it writes it with. Everything else that changes a
 * row has a type that refuses a status.
 */
interface Door {
  /** The table as the code calls it, and the field that says where an object stands, when it is not `status`. */
  readonly table: string;
  readonly column?: string;
  readonly door: string;
  readonly writers: readonly string[];
}
const DOORS: Readonly<Record<string, Door>> = {
  payments: {
    table: "payments",
    door: "sales/payments/service/move.ts",
    writers: ["insertPayment", "writePayments", "writeLosses"],
  },
  refunds: {
    table: "refunds",
    door: "sales/refunds/service/move.ts",
    writers: ["insertRefund", "writeRefundStatus"],
  },
  disputes: {
    table: "disputes",
    column: "funds",
    door: "sales/refunds/service/move.ts",
    writers: ["insertDispute", "writeDispute"],
  },
  subscriptions: {
    table: "subscriptions",
    door: "sales/subscriptions/service/move.ts",
    writers: ["insertSubscription", "writeSubscriptionStatus"],
  },
  invoices: {
    table: "invoices",
    door: "sales/subscriptions/service/move.ts",
    writers: ["insertInvoice", "writeInvoiceStatus"],
  },
  dunning_cases: {
    table: "dunningCases",
    door: "sales/subscriptions/service/move.ts",
    writers: ["insertCase", "writeCaseStatus"],
  },
  payment_methods: {
    table: "paymentMethods",
    door: "sales/payment-methods/service/move.ts",
    writers: ["putMethod", "writeMethodStatus"],
  },
  auto_top_ups: {
    table: "autoTopUps",
    door: "sales/top-ups/service/move.ts",
    writers: ["upsertAutoTopUp", "writeTopUpStatus"],
  },
  auto_top_up_attempts: {
    table: "autoTopUpAttempts",
    door: "sales/top-ups/service/move.ts",
    writers: ["insertAttempt", "writeAttemptStatus"],
  },
  deposit_addresses: {
    table: "depositAddresses",
    door: "stablecoins/deposits/service/move.ts",
    writers: ["insertAddress", "writeAddressStatus"],
  },
  treasury_receipts: {
    table: "treasuryReceipts",
    door: "stablecoins/treasury/service/move.ts",
    writers: ["insertReceipt", "writeReceiptStatus"],
  },
  treasury_fundings: {
    table: "treasuryFundings",
    door: "stablecoins/treasury/service/move.ts",
    writers: ["insertFunding", "writeFundingStatus"],
  },
  deposits: {
    table: "deposits",
    door: "stablecoins/deposits/service/move.ts",
    writers: ["insertDeposit", "writeDepositStatus"],
  },
  payouts: {
    table: "payouts",
    door: "stablecoins/payouts/service/move.ts",
    writers: ["insertPayout", "writePayoutStatus"],
  },
  exports: {
    table: "exportFiles",
    door: "finance/exports/service/move.ts",
    writers: ["insertExport", "writeExportStatus"],
  },
  payout_attempts: {
    table: "payoutAttempts",
    door: "stablecoins/payouts/service/move.ts",
    writers: ["insertAttempt", "writeAttemptStatus"],
  },
  reconciliations: {
    table: "reconciliations",
    door: "finance/reconciliation/service/move.ts",
    writers: ["insertRun", "writeRunStatus"],
  },
  reconciliation_breaks: {
    table: "reconciliationBreaks",
    door: "finance/reconciliation/service/move.ts",
    writers: ["insertBreak", "writeBreakStatus"],
  },
  payout_setting_changes: {
    table: "payoutSettingChanges",
    door: "stablecoins/payouts/service/move.ts",
    writers: ["insertChange", "writeChangeStatus"],
  },
};

/** Rows that have a status and no chart, and why one would say nothing that the reader does not see. */
const WITHOUT: Readonly<Record<string, string>> = {
  packages: "on sale or not, as an administrator says, back and forth",
  plans: "on sale or not, as an administrator says, back and forth",
  catalog_prices:
    "moves no money; each sync works it out anew from what is on sale and what the provider answered, in one function",
  statement_lines: "one step: a line that nobody knew becomes a payment's, and that payment's chart says what moves",
  provider_transactions: "the provider's own word, copied: only it says that pending money is available",
  bank_payouts: "the provider's own word, copied; what moves money is its statement",
  payout_addresses: "one step: the customer takes it off the list",
  webhook_events:
    "what became of one piece of news: only `pending` is left, and asking for it again leads back there from everywhere",
};

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.split(path.sep).join("/"));

async function allCharts(): Promise<Chart[]> {
  const charts: Chart[] = [];
  for (const file of filesOf(MODULES).filter((each) => each.endsWith("/rules/chart.ts"))) {
    const built = path.join(ROOT, "build", "src", "modules", file.replace(/ts$/, "js"));
    const exported: object[] = Object.values(await import(pathToFileURL(built).href));
    charts.push(...exported.filter((each): each is Chart => "transitions" in each));
  }
  return charts;
}

t.test("every status of a chart is got to, or is of a former release, and what is not final is left", async (t) => {
  const charts = await allCharts();
  t.ok(charts.length >= Object.keys(DOORS).length);
  for (const { name, statuses, begins, transitions, former, final } of charts) {
    const got = new Set([...begins, ...transitions].map(({ to }) => to));
    t.strictSame(
      statuses.filter((status) => !got.has(status)),
      former,
      `${name}: got to`,
    );
    const left = new Set(transitions.flatMap(({ from, to }) => from.filter((status) => status !== to)));
    const stuck = statuses.filter((status) => !left.has(status) && !final.includes(status));
    t.strictSame(stuck, [], `${name}: left`);
  }
});

t.test("the database's checks list the statuses of the charts, in their order", async (t) => {
  const database = await createTestDatabase({ migrate });
  t.teardown(() => database.drop());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  t.teardown(() => client.end());
  for (const { name, table, column, statuses } of await allCharts()) {
    const { rows } = await client.query<{ said: string }>(
      "SELECT pg_get_constraintdef(oid) AS said FROM pg_constraint WHERE contype = 'c' AND conrelid = $1::regclass",
      [table],
    );
    const lists = rows
      .map(({ said }) => new RegExp(`^CHECK \\(\\(${column} = ANY \\(ARRAY\\[(.*)\\]\\)\\)\\)$`).exec(said)?.[1])
      .filter((list) => list !== undefined)
      .map((list) => [...list.matchAll(/'([^']*)'::text/g)].map(([, word]) => word));
    t.strictSame(lists, [[...statuses]], `${name}: ${table}.${column}`);
  }
});

t.test("every row that has a status has a chart, or a reason to have none", async (t) => {
  const database = await createTestDatabase({ migrate });
  t.teardown(() => database.drop());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  t.teardown(() => client.end());
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE a.attname = 'status' AND a.atttypid = 'text'::regtype AND c.relkind IN ('r', 'p')
       AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const named = [...Object.keys(DOORS), ...Object.keys(WITHOUT)];
  t.ok(rows.length > 15, "the query finds them");
  t.strictSame(
    rows.map(({ name }) => name).filter((name) => !named.includes(name)),
    [],
  );
  t.strictSame(
    Object.keys(WITHOUT).filter((name) => name in DOORS || !rows.some((row) => row.name === name)),
    [],
    "no reason is left over",
  );
});

/** Whether what is set may hold a status: by name, or in something whose type does not refuse one. */
function mayHold(column: string, set: ts.Expression, typeOf: (name: string) => string): boolean {
  const refuses = (name: string) => {
    const type = typeOf(name);
    return type.includes(`${column}?: never`) || (type.startsWith("Pick<") && !type.includes(`"${column}"`));
  };
  if (ts.isIdentifier(set)) return !refuses(set.text);
  if (!ts.isObjectLiteralExpression(set)) return true;
  return set.properties.some((each) =>
    ts.isSpreadAssignment(each) ? !refuses(each.expression.getText()) : each.name?.getText() === column,
  );
}

/** The functions of a file that write the status of a table's rows: they insert them, set it, or say so in SQL. */
function writersOf(file: string, { table, column = "status" }: Door, sqlTable: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(path.join(MODULES, file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const aliases = new Map<string, string>();
  const found = new Set<string>();
  const visit = (node: ts.Node, within: string, types: ReadonlyMap<string, string>): void => {
    let [name, known] = [within, types];
    if (ts.isTypeAliasDeclaration(node)) aliases.set(node.name.text, node.type.getText());
    if (ts.isFunctionDeclaration(node) || (ts.isVariableDeclaration(node) && node.parent.parent.parent === source)) {
      name = node.name?.getText() ?? within;
    }
    if (ts.isFunctionLike(node)) {
      known = new Map([
        ...types,
        ...node.parameters.map((each) => [each.name.getText(), each.type?.getText() ?? ""] as const),
      ]);
    }
    if (ts.isStringLiteralLike(node) && new RegExp(`(UPDATE|INSERT INTO) ${sqlTable}\\b`).test(node.text))
      found.add(name);
    if (ts.isCallExpression(node) && node.arguments[0]?.getText() === table) {
      const verb = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : "";
      const set = ts.isCallExpression(node.parent.parent) ? node.parent.parent.arguments[0] : undefined;
      const typeOf = (of: string) => aliases.get(known.get(of) ?? "") ?? known.get(of) ?? "";
      if (verb === "insert" || (verb === "update" && (!set || mayHold(column, set, typeOf)))) found.add(name);
    }
    ts.forEachChild(node, (child) => visit(child, name, known));
  };
  visit(source, "(the file)", new Map());
  const functions = source.statements.filter(ts.isFunctionDeclaration);
  // SQL that has a name of its own is written by who uses it.
  return [...found].flatMap((name) => {
    const users = functions.filter((each) => each.body && new RegExp(`\\b${name}\\b`).test(each.body.getText()));
    return /^[A-Z_]+$/.test(name) ? users.map((each) => each.name?.text ?? "") : [name];
  });
}

t.test("nobody but the door writes where an object stands", async (t) => {
  const files = filesOf(MODULES);
  t.strictSame(
    (await allCharts()).map(({ table }) => table).sort(),
    Object.keys(DOORS).sort(),
    "every chart has a door",
  );
  for (const [sqlTable, each] of Object.entries(DOORS)) {
    const { door, writers } = each;
    const module = door.split("/service")[0] ?? "";
    const queries = files.filter((file) => file.startsWith(`${module}/queries`));
    const writing = queries.flatMap((file) => writersOf(file, each, sqlTable));
    t.strictSame(writing.sort(), [...writers].sort(), `${sqlTable}: what writes its status`);
    const word = new RegExp(`\\b(${writers.join("|")})\\b`);
    const calling = files
      .filter((file) => file.startsWith(`${module}/`) && !queries.includes(file))
      .filter((file) => word.test(readFileSync(path.join(MODULES, file), "utf8")));
    t.strictSame(calling, [door], `${sqlTable}: who calls it`);
    const elsewhere = files.filter((file) => !file.startsWith(`${module}/`));
    for (const file of elsewhere) {
      const text = readFileSync(path.join(MODULES, file), "utf8");
      if (new RegExp(`(UPDATE|INSERT INTO|update\\(|insert\\() ?${sqlTable}\\b`).test(text))
        t.fail(`${file} writes ${sqlTable}`);
    }
  }
});

interface Queries {
  readonly payment: typeof payments;
  readonly payout: typeof payouts;
  readonly refund: typeof refunds;
  readonly subscription: typeof subscriptions;
  readonly topUp: typeof topUps;
  readonly deposit: typeof deposits;
  readonly method: typeof methods;
  readonly receipt: typeof treasury;
  readonly file: typeof exportQueries;
}

// Never called: the compiler is what tests it. A query beside the door takes no status.
export const refused = (
  tx: never,
  id: never,
  { payment, payout, refund, subscription, topUp, deposit, method, receipt, file }: Queries,
) => [
  // @ts-expect-error where a payout stands is the door's
  payout.updatePayout(tx, id, { status: "confirmed" }),
  // @ts-expect-error and so is whether its money is set aside
  payout.updatePayout(tx, id, { reserved: false }),
  // @ts-expect-error likewise
  payment.updatePayment(tx, id, { status: "succeeded" }),
  // @ts-expect-error likewise
  refund.updateRefund(tx, id, { status: "succeeded" }),
  // @ts-expect-error likewise
  subscription.updateSubscription(tx, id, { status: "active" }),
  // @ts-expect-error likewise
  topUp.updateAutoTopUp(tx, id, { status: "active" }),
  // @ts-expect-error likewise
  deposit.updateDeposit(tx, id, { status: "credited" }),
  // @ts-expect-error likewise
  subscription.updateCase(tx, id, { status: "recovered" }),
  // @ts-expect-error likewise
  method.updateMethod(tx, id, { status: "detached" }),
  // @ts-expect-error likewise
  receipt.updateReceipt(tx, id, { status: "booked" }),
  // @ts-expect-error likewise
  file.updateExport(tx, id, { status: "ready" }),
];
