/**
 * The shares that the ledger is cut into, so that its hot tables can be distributed. A wallet belongs to one of them by the last
 * byte of its uuid; its accounts and transfers end with the same byte, so an id alone tells where its row is. Small integers do
 * not hash evenly: these do, over 2, 4, 8, 16, 32 or 64 shards. The order is for ever; the same values are in the first migration.
 */
export const BUCKETS: readonly number[] = [
  60, 8, 82, 1, 31, 88, 79, 24, 10, 92, 48, 109, 5, 112, 50, 166, 4, 7, 17, 172, 16, 96, 170, 85, 36, 89, 19, 0, 37, 45,
  101, 3, 113, 52, 62, 99, 136, 168, 46, 28, 6, 66, 70, 21, 83, 39, 43, 13, 2, 351, 27, 95, 58, 149, 41, 179, 9, 80, 59,
  22, 12, 11, 44, 18,
];

/** The bucket of what has this uuid: a wallet, an account or a transfer. */
export function bucketOf(uuid: string): number {
  const bucket = BUCKETS[Number.parseInt(uuid.slice(-2), 16) % BUCKETS.length];
  if (bucket === undefined) throw new RangeError(`not a uuid: ${uuid}`);
  return bucket;
}

/** A new uuid, moved into the bucket of another by taking its last byte. Its order among others stays. */
export const inBucketOf = (uuid: string, home: string): string =>
  uuid.endsWith(home.slice(-2)) ? uuid : uuid.slice(0, -2) + home.slice(-2);
