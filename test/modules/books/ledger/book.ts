import type pg from "pg";
import { bucketOf, inBucketOf } from "../../../../src/core/buckets.js";
import { type AccountId, encodeId, newId, systemIds } from "../../../../src/core/ids.js";
import { postTransfers } from "../../../../src/modules/books/ledger/queries/index.js";
import type { Posting, PostingResult } from "../../../../src/modules/books/ledger/types.js";

/** A posting in what these tests vary of it. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  readonly key?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** CREDIT when absent. */
  readonly asset?: string | undefined;
}

export const toPosting = ({ from, to, amount, key, fingerprint, asset = "CREDIT" }: Move): Posting => ({
  id: newId(systemIds, "trf"),
  transactionId: newId(systemIds, "txn"),
  from: from as AccountId,
  to: to as AccountId,
  amount,
  asset,
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
  const openWallet = async (asset: string) => {
    const wallet = systemIds.uuid();
    const id = inBucketOf(systemIds.uuid(), wallet);
    await run.query("INSERT INTO ledger_accounts (id, bucket, wallet_id, asset) VALUES ($1, $2, $3, $4)", [
      id,
      bucketOf(wallet),
      wallet,
      asset,
    ]);
    return encodeId("acc", id);
  };
  const openSystem = async (code: string) => {
    const id = systemIds.uuid().replace(/^(.{14})7/, "$18");
    await run.query("INSERT INTO ledger_system_accounts (id, code, asset) VALUES ($1, $2, 'CREDIT')", [
      id,
      `${code} ${id}`,
    ]);
    return encodeId("acc", id);
  };
  const opened: string[] = [];
  for (let index = 0; index < customers; index += 1) opened.push(await openWallet("CREDIT"));
  return {
    customers: opened,
    foreign: await openWallet("USD"),
    issued: await openSystem("issued"),
    used: await openSystem("used"),
    post: (moves, executor) => postTransfers(executor ?? run, moves.map(toPosting)),
  };
}
