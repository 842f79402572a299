import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { type AccountId, newId, type TransactionId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import type { LogFailure } from "../../../../kernel/jobs.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { holdAvailable, type Posting, postTogether, systemAccount } from "../../ledger/index.js";
import { lotEvents } from "../events.js";
import * as queries from "../queries.js";
import { smaller } from "../rules/basis.js";
import { nextNotice, noticeDaysAt } from "../rules/terms.js";
import type { Lot } from "../types.js";
import type { LotDeps, OwnerOf } from "./deps.js";
import { lookAtAll, PAGE } from "./pages.js";
import { prepareSettling, settleAccount, settleRest } from "./settle.js";

/** Lets the credits of lots that are over go. */
export const expireLots = (deps: LotDeps, ownerOf: OwnerOf, log: LogFailure): Promise<void> =>
  lookAtAll<{ readonly id: AccountId }>(
    (after) => queries.listExpiredAccounts(deps.db.read, deps.clock.now(), after, PAGE),
    ({ id }) => expireOf(deps, ownerOf, id),
    log,
  );

/**
 * Lets go what is left of an account's lots that are over, once for each lot: settled first, while nobody can spend, so what was spent
 * until now is not let go.
 */
async function expireOf(deps: LotDeps, ownerOf: OwnerOf, id: AccountId): Promise<void> {
  // Most of it is settled before the account is held, and spends wait for it.
  if (!(await settleAccount(deps, id))) return;
  const settling = await prepareSettling(deps, id);
  if (!settling) return;
  const expired = await systemAccount(deps, "credits_expired", settling.asset);
  const customerId = await ownerOf(settling.walletId);
  await deps.db.transaction(async (tx) => {
    let available = await holdAvailable(tx, id);
    await settleRest(deps, tx, settling);
    const transactionId = newId(deps.ids, "txn");
    const over: { lot: Lot; amount: bigint }[] = [];
    for (const lot of await queries.listOver(tx, id, deps.clock.now())) {
      const amount = smaller(lot.remaining, available);
      available -= amount;
      if (amount > 0n) over.push({ lot, amount });
    }
    await postTogether(
      tx,
      over.map(({ lot, amount }) => expiring(deps, lot, amount, expired, transactionId)),
    );
    await settleRest(deps, tx, settling);
    await tellExpired(deps, tx, over, customerId);
  });
}

function expiring(deps: LotDeps, lot: Lot, amount: bigint, to: AccountId, transactionId: TransactionId): Posting {
  return {
    id: newId(deps.ids, "trf"),
    transactionId,
    from: lot.accountId,
    to,
    amount,
    asset: lot.asset,
    type: "expired",
    // What is given back to a lot that is over expires again.
    key: `${lot.id}:expired:${lot.expired}`,
    source: lot.id,
    actor: SYSTEM_ACTOR,
    effectiveAt: lot.expiresAt ?? undefined,
  };
}

async function tellExpired(
  deps: LotDeps,
  tx: Tx,
  over: readonly { lot: Lot; amount: bigint }[],
  customerId: string,
): Promise<void> {
  await emitEvents(
    deps,
    tx,
    over.map(({ lot, amount }) =>
      lotEvents.of("credits.expired", { resource: lot.id, customerId }, dataOf(lot, amount, null)),
    ),
  );
  tx.afterCommit(() => deps.onLots?.({ settled: 0, expired: over.length }));
}

const dataOf = (lot: Lot, amount: bigint, days: number | null) => ({
  walletId: lot.walletId,
  asset: lot.asset,
  amount: Number(amount),
  expiresAt: (lot.expiresAt ?? lot.effectiveAt).toISOString(),
  days,
});

/** Tells of lots that expire soon, each once for 30, 7 and 1 days. */
export const announceExpiring = (deps: LotDeps, ownerOf: OwnerOf, log: LogFailure): Promise<void> =>
  lookAtAll(
    (after: Lot["id"] | undefined) => queries.listNotices(deps.db.read, deps.clock.now(), after, PAGE),
    async ({ id, accountId, walletId }) => {
      await settleAccount(deps, accountId);
      const customerId = await ownerOf(walletId);
      await deps.db.transaction((tx) => announce(deps, tx, id, customerId));
    },
    log,
  );

async function announce(deps: LotDeps, tx: Tx, id: Lot["id"], customerId: string): Promise<void> {
  const now = deps.clock.now();
  const lot = await queries.lockNotice(tx, id, now);
  if (!lot?.expiresAt) return;
  await queries.setNextNotice(tx, id, nextNotice(lot, now));
  const days = noticeDaysAt(lot.expiresAt, now);
  // What was spent meanwhile, or is over already, is no news.
  if (lot.remaining === 0n || days === undefined) return;
  await emitEvents(deps, tx, [
    lotEvents.of("credits.expiring", { resource: id, customerId }, dataOf(lot, lot.remaining, days)),
  ]);
}
