import type pg from "pg";
import { bucketOf, inBucketOf } from "../../../../src/core/buckets.js";
import { encodeId, systemIds } from "../../../../src/core/ids.js";

/** Numbers that a seed gives again: mulberry32. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const ASSETS = [
  { code: "USD", scale: 2, kind: "fiat" },
  { code: "KWD", scale: 3, kind: "fiat" },
  { code: "JPY", scale: 0, kind: "fiat" },
  { code: "CREDIT", scale: 0, kind: "credit" },
  { code: "POINTS_", scale: 4, kind: "credit" },
  { code: "USDC", scale: 6, kind: "stablecoin" },
  { code: "USDT_DUST", scale: 18, kind: "stablecoin" },
] as const;
// No account about which the invariants of other modules have something to say.
const MONEY = [
  "stripe_clearing",
  "coinbase_clearing",
  "deferred_revenue",
  "provider_fees",
  "unexplained",
  "disputed_funds",
  "custody",
  "rounding",
];
const WALLETS = ["credits_issued", "credits_used", "credits_expired", "platform_fees"];
const TEXTS = [
  null,
  "Top-up",
  '=1+1 "quoted"',
  "a; b | c, d",
  "two\nlines",
  "<Rechnung> & Co. ÄÖÜ 中文",
  "+49 170",
  "\\back\\slash: x",
  "@sum",
];

interface Wallet {
  readonly walletId: string;
  readonly id: string;
  readonly asset: string;
  balance: bigint;
  version: bigint;
}

/** A ledger of several assets, grown by posting at times of the past. */
export interface RandomLedger {
  /** A wallet's account in each asset that statements of banks know. */
  readonly wallets: readonly Wallet[];
  /** Posts so many transfers at times of a span, in the order of time. */
  post(count: number, from: Date, to: Date): Promise<void>;
}

/** Opens accounts, and posts to them what the seed says. Balances and versions are kept as the ledger keeps them. */
export async function openRandomLedger(sql: pg.Pool, seed: number): Promise<RandomLedger> {
  const below = seeded(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  for (const { code, scale, kind } of ASSETS)
    await sql.query("INSERT INTO assets (code, kind, scale, name) VALUES ($1, $2, $3, $1) ON CONFLICT DO NOTHING", [
      code,
      kind,
      scale,
    ]);
  const { rows: known } = await sql.query<{ code: string; scale: number }>("SELECT code, scale FROM assets");
  if (!ASSETS.every((asset) => known.some((each) => each.code === asset.code && each.scale === asset.scale)))
    throw new Error("an asset has another scale");
  const systems = new Map<string, string>();
  for (const { code: asset } of ASSETS)
    for (const code of [...MONEY, ...WALLETS]) {
      const id = systemIds.uuid().replace(/^(.{14})7/, "$18");
      systems.set(`${code} ${asset}`, id);
      await sql.query("INSERT INTO ledger_system_accounts (id, code, asset) VALUES ($1, $2, $3)", [id, code, asset]);
    }
  const wallets: Wallet[] = [];
  for (let customer = 0; customer < 4; customer += 1) {
    const wallet = systemIds.uuid();
    await sql.query("INSERT INTO customers (id, metadata, created_at, updated_at) VALUES ($1, '{}', now(), now())", [
      `random-${customer}`,
    ]);
    await sql.query("INSERT INTO wallets (id, customer_id, created_at) VALUES ($1, $2, now())", [
      wallet,
      `random-${customer}`,
    ]);
    for (const { code: asset } of ASSETS) {
      const id = inBucketOf(systemIds.uuid(), wallet);
      await sql.query("INSERT INTO ledger_accounts (id, bucket, wallet_id, asset) VALUES ($1, $2, $3, $4)", [
        id,
        bucketOf(wallet),
        wallet,
        asset,
      ]);
      wallets.push({ walletId: encodeId("wal", wallet), id, asset, balance: 0n, version: 0n });
    }
  }
  return {
    wallets,
    post: async (count, from, to) => {
      const times = Array.from({ length: count }, () => from.getTime() + below(to.getTime() - from.getTime())).sort(
        (a, b) => a - b,
      );
      const rows = times.map((time) => transferAt(new Date(time), { below, pick, systems, wallets }));
      await insert(sql, rows);
      for (const { id, balance, version } of wallets)
        await sql.query("UPDATE ledger_accounts SET balance = $2, version = $3, last_posted_at = $4 WHERE id = $1", [
          id,
          balance,
          version,
          to,
        ]);
    },
  };
}

interface Hat {
  readonly below: (below: number) => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  readonly systems: ReadonlyMap<string, string>;
  readonly wallets: readonly Wallet[];
}

function transferAt(at: Date, { below, pick, systems, wallets }: Hat): Record<string, unknown> {
  const { code: asset } = pick(ASSETS);
  const system = (code: string) => systems.get(`${code} ${asset}`) ?? "";
  const amount = BigInt(1 + below(below(4) === 0 ? 2_000_000_000 : 5_000));
  const base = { asset, amount, at, reference: pick(TEXTS), description: pick(TEXTS), key: null };
  const rest = { balance: null, version: null, other: null, otherVersion: null };
  const way = below(4);
  if (way === 0) {
    const from = pick(MONEY);
    const to = pick(MONEY.filter((code) => code !== from));
    const id = systemIds.uuid();
    return {
      ...base,
      ...rest,
      id,
      type: "payment_received",
      from: system(from),
      to: system(to),
      home: system(from),
      bucket: bucketOf(id),
    };
  }
  const wallet = pick(wallets.filter((each) => each.asset === asset));
  const other = pick(wallets.filter((each) => each.asset === asset && each !== wallet));
  const isOut = way === 1 && wallet.balance >= amount;
  const isBetween = way === 2 && wallet.balance >= amount;
  wallet.balance += isOut || isBetween ? -amount : amount;
  wallet.version += 1n;
  const of = {
    ...base,
    ...rest,
    id: inBucketOf(systemIds.uuid(), wallet.id),
    home: wallet.id,
    bucket: bucketOf(wallet.id),
    balance: wallet.balance,
    version: wallet.version,
  };
  if (isBetween) {
    other.balance += amount;
    other.version += 1n;
    return { ...of, type: "debit", from: wallet.id, to: other.id, other: other.balance, otherVersion: other.version };
  }
  if (isOut)
    return {
      ...of,
      type: "debit",
      from: wallet.id,
      to: system(pick(["credits_used", "credits_expired", "platform_fees"])),
    };
  return { ...of, type: "grant", from: system("credits_issued"), to: wallet.id };
}

async function insert(sql: pg.Pool, rows: readonly Record<string, unknown>[]): Promise<void> {
  const column = (name: string) => rows.map((row) => row[name]);
  await sql.query(
    `INSERT INTO ledger_transfers (bucket, account_id, id, from_account_id, to_account_id, asset, amount, type, balance_after, account_version,
       other_balance_after, other_account_version, reference, description, created_by, created_at)
     SELECT bucket, home, id, f, t, asset, amount, type, balance, version, other, other_version, reference, description, 'random', at
       FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::text[],
         $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::timestamptz[])
         AS u(bucket, home, id, f, t, asset, amount, type, balance, version, other, other_version, reference, description, at)`,
    [
      "bucket",
      "home",
      "id",
      "from",
      "to",
      "asset",
      "amount",
      "type",
      "balance",
      "version",
      "other",
      "otherVersion",
      "reference",
      "description",
      "at",
    ].map(column),
  );
}
