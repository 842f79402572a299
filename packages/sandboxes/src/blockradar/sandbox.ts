import { createHmac } from "node:crypto";
import { installControlRoutes } from "../control.js";
import { SandboxServer } from "../server.js";
import type { BlockradarSandboxOptions, Sandbox } from "../types.js";
import type { Signer } from "../webhooks.js";
import { Accounts } from "./accounts.js";
import { installBlockradarControl } from "./control-routes.js";
import { Deposits } from "./deposits.js";
import { blockradarDialect } from "./dialect.js";
import { Oddities } from "./oddities.js";
import { Rates } from "./rates.js";
import { type BlockradarWorld, installBlockradarApi } from "./routes.js";
import { Transactions } from "./transactions.js";
import { Withdrawals } from "./withdrawals.js";

const DEFAULT_WITHDRAWAL_MS = 1_000;
/** Blockradar's waits of 5 to 80 minutes, doubling, a minute being a second here. */
const RETRY_SCHEDULE_MS = [5, 10, 20, 40, 80].map((seconds) => seconds * 1_000);

/** The key signs the raw body; no time is part of it. */
function blockradarSigner(apiKey: string): Signer {
  return ({ body }) => ({
    "content-type": "application/json",
    "x-blockradar-signature": createHmac("sha512", apiKey).update(body).digest("hex"),
  });
}

/** Starts a Blockradar business on loopback, on test networks, with whatever state its folder holds. */
export async function startBlockradarSandbox(options: BlockradarSandboxOptions): Promise<Sandbox> {
  const { apiKey, withdrawalMs = DEFAULT_WITHDRAWAL_MS } = options;
  const server = new SandboxServer(
    { retryScheduleMs: RETRY_SCHEDULE_MS, ...options, webhookSecret: apiKey },
    blockradarDialect(apiKey),
    blockradarSigner(apiKey),
  );
  installControlRoutes(server);
  const accounts = new Accounts(server);
  const transactions = new Transactions(server);
  const world: BlockradarWorld = {
    accounts,
    transactions,
    deposits: new Deposits(accounts, transactions),
    withdrawals: new Withdrawals(server, accounts, transactions, withdrawalMs),
    rates: new Rates(server),
    oddities: new Oddities(server, transactions),
  };
  installBlockradarApi(server, world);
  installBlockradarControl(server, world);
  return server.listen();
}
