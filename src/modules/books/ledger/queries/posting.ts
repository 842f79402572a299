import { hash } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import type pg from "pg";
import { bucketOf, inBucketOf } from "../../../../core/buckets.js";
import { type AccountId, encodeId, uuidOf } from "../../../../core/ids.js";
import { arrayOfPlain, arrayOfTexts } from "../../../../db/arrays.js";
import type { Db } from "../../../../db/client.js";
import { ledgerTransfers } from "../tables.js";
import type { Posting, PostingRefusal, PostingResult } from "../types.js";

const POST = {
  name: "ledger_post",
  // Nothing but the function: so a distributed database can hand the call to the machine that has the bucket.
  text: "SELECT * FROM ledger_post($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)",
};

interface PostRow {
  outcome: "posted" | "replayed" | PostingRefusal;
  transfer_id: string;
  balance_after: bigint | null;
  available: bigint | null;
  posted_at: Date | null;
}

const UUID_VERSION_AT = 14;
const isSystem = (uuid: string): boolean => uuid[UUID_VERSION_AT] === "8";

/** The account that a transfer's row lives with: the customer's when one side is a customer, else the paying side. */
const homeOf = (from: string, to: string): string => (isSystem(from) && !isSystem(to) ? to : from);

const HASH_DIGITS = 32;

/** What a key is kept as: a transfer is posted once for each (home account, key). */
const keyHashOf = (home: string, key: string): string => hash("sha256", `${home} ${key}`).slice(0, HASH_DIGITS);

/**
 * Whose last byte tells the bucket: that of the customer's account; between system accounts that of the key, which is the same
 * however often the transfer is asked for.
 */
const bucketHomeOf = (home: string, keyHash: string | null, id: string): string =>
  isSystem(home) ? (keyHash ?? id) : home;

/** A posting with everything that follows from it. All uuids. */
interface PlacedPosting {
  readonly posting: Posting;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly keyHash: string | null;
  /** Whether it was made in its bucket. */
  readonly keepsId: boolean;
  readonly bucket: number;
}

function place(posting: Posting): PlacedPosting {
  const from = uuidOf("acc", posting.from);
  const to = uuidOf("acc", posting.to);
  const home = homeOf(from, to);
  const keyHash = posting.key === undefined ? null : keyHashOf(home, posting.key);
  const made = uuidOf("trf", posting.id);
  const bucketHome = bucketHomeOf(home, keyHash, made);
  const id = inBucketOf(made, bucketHome);
  return { posting, from, to, keyHash, id, keepsId: id === made, bucket: bucketOf(bucketHome) };
}

/** Posts in order; one result per posting. A refused one changes nothing and does not stop the others. */
export async function postTransfers(
  executor: Pick<pg.Pool, "query"> | Pick<pg.PoolClient, "query">,
  postings: readonly Posting[],
  options: { readonly dryRun?: boolean; readonly lockTimeoutMs?: number } = {},
): Promise<PostingResult[]> {
  const placed = postings.map(place);
  const plain = (pick: (placed: PlacedPosting) => string | bigint | null | undefined) =>
    arrayOfPlain(placed.map((each) => pick(each) ?? null));
  const texts = (pick: (posting: Posting) => string | undefined) =>
    arrayOfTexts(postings.map((posting) => pick(posting) ?? null));
  const { rows } = await (executor as pg.Pool).query<PostRow>({
    ...POST,
    values: [
      plain((p) => String(p.bucket)),
      options.lockTimeoutMs ?? null,
      plain((p) => p.id),
      // A transfer on its own is its own transaction.
      plain((p) => (p.posting.transactionId ? uuidOf("txn", p.posting.transactionId) : p.id)),
      plain((p) => p.from),
      plain((p) => p.to),
      plain((p) => p.posting.amount),
      plain((p) => p.posting.asset),
      plain((p) => p.posting.type),
      plain((p) => p.keyHash),
      texts((p) => p.fingerprint && `\\x${p.fingerprint.toString("hex")}`),
      texts((p) => p.source),
      texts((p) => p.reference),
      texts((p) => p.description),
      texts((p) => p.metadata && JSON.stringify(p.metadata)),
      texts((p) => p.actor),
      plain((p) => p.posting.effectiveAt?.toISOString()),
      plain((p) => p.posting.reverses && uuidOf("trf", p.posting.reverses)),
      options.dryRun ?? false,
    ],
  });
  return rows.map((row, index) => toResult(row, placed[index]));
}

function toResult(row: PostRow, placed: PlacedPosting | undefined): PostingResult {
  if ((row.outcome === "posted" || row.outcome === "replayed") && row.posted_at) {
    return {
      outcome: row.outcome,
      // Made in its bucket it kept the id that it was given, and need not be written out anew.
      transferId: placed?.keepsId && row.outcome === "posted" ? placed.posting.id : encodeId("trf", row.transfer_id),
      balanceAfter: row.balance_after,
      postedAt: row.posted_at,
    };
  }
  return { outcome: row.outcome as PostingRefusal, available: row.available };
}

/** The amount that was posted under a key of a home account, if it was. */
export async function amountUnderKey(db: Db, accountId: AccountId, key: string): Promise<bigint | undefined> {
  const home = uuidOf("acc", accountId);
  const keyHash = keyHashOf(home, key);
  const [row] = await db
    .select({ amount: ledgerTransfers.amount })
    .from(ledgerTransfers)
    .where(
      and(
        sql`${ledgerTransfers.keyHash} = ${keyHash}::uuid`,
        eq(ledgerTransfers.bucket, bucketOf(bucketHomeOf(home, keyHash, home))),
      ),
    );
  return row?.amount;
}
