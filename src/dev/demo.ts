import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { errorMessage } from "../core/errors.js";
import { subscribe, topUpByItself } from "./demo/billing.js";
import { Books, sums } from "./demo/books.js";
import { Client, type Target } from "./demo/client.js";
import { deposit, payout, refundHalf } from "./demo/coins.js";
import { bold, dim, green, headline, red, table, tell, WRONG } from "./demo/print.js";
import * as steps from "./demo/steps.js";

const USAGE = `Usage: npm run demo [-- --url URL --key API_KEY [--stripe-sandbox URL] [--coinbase-sandbox URL] [--blockradar-sandbox URL]]

Without options: a fresh service in a temporary folder. With --url: a running one; its API key must be an admin's, and what
needs a sandbox is skipped when its address is not given.`;

/** Walks through the main job and checks every account. True when every balance is what it should be. */
async function walkThrough(target: Target, customerId: string): Promise<boolean> {
  const client = new Client(target);
  headline("A customer, under the caller's own user id");
  await client.call("PUT", `/v1/customers/${customerId}`, { body: { name: "Ada Lovelace", country: "GB" } });
  const { body: wallet } = await client.call("GET", `/v1/customers/${customerId}/wallet`);
  tell(`PUT /v1/customers/${customerId}  -> ${wallet.id}`);
  const books = new Books(client);
  await books.start(wallet.id);
  const walk: steps.Walk = { target, client, books, customerId, walletId: wallet.id };

  await steps.buyByCard(walk);
  await steps.declinedThenSecure(walk);
  await steps.buyByCheckout(walk);
  await steps.buyByCrypto(walk);
  await steps.grant(walk);
  await steps.spend(walk);
  await steps.forgedWebhook(walk);
  await steps.repeatedWebhook(walk);
  await subscribe(walk);
  await topUpByItself(walk);
  await refundHalf(walk);
  await deposit(walk);
  await payout(walk);
  await steps.statement(walk);
  await steps.earned(walk);
  return checkBooks(books, customerId);
}

async function checkBooks(books: Books, customerId: string): Promise<boolean> {
  headline("The books: every account");
  const lines = await books.compare();
  const rows = lines.map(({ account, asset, shouldBe, is }) => [
    account === "wallet" ? `wallet of ${customerId}` : account,
    asset,
    books.format(shouldBe, asset),
    books.format(is, asset),
    shouldBe === is ? "ok" : WRONG,
  ]);
  const totals = [...sums(lines)].map(([asset, sum]) => [
    "sum of all accounts",
    asset,
    books.format(0n, asset),
    books.format(sum, asset),
    sum === 0n ? "ok" : WRONG,
  ]);
  table(["account", "asset", "should be", "is", ""], [...rows, ...totals], new Set([2, 3]));
  return lines.length > 0 && [...rows, ...totals].every((row) => row.at(-1) === "ok");
}

async function onFreshService(): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), "coffer-demo-"));
  const { startEverything } = await import("./everything.js");
  // Only these settings: a .env of a real service must not take part in a demonstration.
  const { COFFER_FAULT_LOG } = process.env;
  const running = await startEverything({ PORT: "0", LOG_LEVEL: "error", COFFER_FAULT_LOG }, folder);
  let cleaned: Promise<void> | undefined;
  const clean = () => {
    cleaned ??= running.stop().then(() => rm(folder, { recursive: true, force: true }));
    return cleaned;
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => clean().then(() => process.exit(130)));
  try {
    console.log(dim(`A fresh service at ${running.url}, its data in ${folder} until the end`));
    const target: Target = {
      url: running.url,
      apiKey: running.apiKey ?? "",
      stripeSandbox: running.sandboxes.stripe?.url,
      coinbaseSandbox: running.sandboxes.coinbase?.url,
      blockradarSandbox: running.sandboxes.blockradar?.url,
    };
    return await walkThrough(target, "ada");
  } finally {
    await clean();
  }
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: "string" },
      key: { type: "string" },
      "stripe-sandbox": { type: "string" },
      "coinbase-sandbox": { type: "string" },
      "blockradar-sandbox": { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return true;
  }
  console.log(bold("Coffer: money becomes credits exactly once, is spent, renewed, refunded, and paid out"));
  if (values.url === undefined) return onFreshService();
  if (values.key === undefined) throw new Error(`--url needs --key\n\n${USAGE}`);
  const target: Target = {
    url: values.url.replace(/\/$/, ""),
    apiKey: values.key,
    stripeSandbox: values["stripe-sandbox"]?.replace(/\/$/, ""),
    coinbaseSandbox: values["coinbase-sandbox"]?.replace(/\/$/, ""),
    blockradarSandbox: values["blockradar-sandbox"]?.replace(/\/$/, ""),
  };
  console.log(dim(`The service at ${target.url}; system accounts are compared with what they were before`));
  return walkThrough(target, `demo-${randomBytes(5).toString("hex")}`);
}

main().then(
  (right) => {
    console.log(
      right
        ? `\n${green("Every balance is what it should be.")}`
        : `\n${red("Not every balance is what it should be.")}`,
    );
    process.exitCode = right ? 0 : 1;
  },
  (error: unknown) => {
    console.error(`\n${red(`The demo failed: ${errorMessage(error)}`)}`);
    process.exitCode = 1;
  },
);
