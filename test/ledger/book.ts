import type pg from "pg";
import { type AccountId, encodeId, newId, systemIds } from "../../src/core/ids.js";
import { postTransfers } from "../../src/modules/ledger/queries.js";
import type { Posting, PostingResult } from "../../src/modules/ledger/types.js";

/** A posting in what these tests vary of it. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  readonly key?: string | undefined;
  readonly fingerprint?: string | undefined;
}

export const toPosting = ({ from, to, amount, key, fingerprint }: Move): Posting => ({
  id: newId(systemIds, "trf"),
  transactionId: newId(systemIds, "txn"),
  from: from as AccountId,
  to: to as AccountId,
  amount,
  type: "debit",
  actor: "test",
  ...(key === undefined ? {} : { key }),
  ...(fingerprint === undefined ? {} : { fingerprint: Buffer.from(fingerprint) }),
});

export interface Book {
  readonly customers: readonly string[];
  /** A customer's account that counts another asset. */
  readonly foreign: string;
  readonly issued: string;
  readonly used: string;
  post(moves: readonly Move[], executor?: pg.Pool): Promise<PostingResult[]>;
}

type Executor = Pick<pg.Pool, "query"> | Pick<pg.Client, "query">;

/** Opens fresh customer accounts and two system accounts, all but one of them in CREDIT. */
export async function openBook(sql: Executor, { customers }: { customers: number }): Promise<Book> {
  const run = sql as pg.Pool;
  const open = async (kind: "customer" | "system", asset: string) => {
    const id = systemIds.uuid();
    const wallet = kind === "customer" ? systemIds.uuid() : null;
    await run.query("INSERT INTO ledger_accounts (id, kind, code, wallet_id, asset) VALUES ($1, $2, 'test', $3, $4)", [
      id,
      kind,
      wallet,
      asset,
    ]);
    return encodeId("acc", id);
  };
  const opened: string[] = [];
  for (let index = 0; index < customers; index += 1) opened.push(await open("customer", "CREDIT"));
  return {
    customers: opened,
    foreign: await open("customer", "USD"),
    issued: await open("system", "CREDIT"),
    used: await open("system", "CREDIT"),
    post: (moves, executor) => postTransfers(executor ?? run, moves.map(toPosting)),
  };
}
