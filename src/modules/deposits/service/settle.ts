import { SYSTEM_ACTOR } from "../../../core/access.js";
import { newId, type TransactionId } from "../../../core/ids.js";
import type { Tx } from "../../../db/client.js";
import { isPlausibleTime } from "../../../http/schemas.js";
import { recordAudit } from "../../audit/index.js";
import { type Posting, postTogether, repayDebts, takeBack } from "../../ledger/index.js";
import { emitEvents } from "../../outbox/index.js";
import { settleFunding } from "../../treasury/index.js";
import * as queries from "../queries.js";
import { settle } from "../rules.js";
import type { Deposit, DepositAccounts, DepositFacts, DepositStatus } from "../types.js";
import type { DepositDeps } from "./deps.js";
import type { PreparedDeposit } from "./prepare.js";

type AssetPosting = Posting & { readonly asset: string };

/**
 * Settles news of coins that came, inside the caller's transaction: locks the deposit, decides by `rules.settle`, writes
 * status, transfers, audit and outbox. Returns the id of what it was about.
 */
export async function settleDeposit(deps: DepositDeps, tx: Tx, prepared: PreparedDeposit): Promise<string> {
  if (prepared.kind === "funding") return settleFunding(deps, tx, prepared.arrival);
  const { facts } = prepared;
  const deposit = await openDeposit(deps, tx, facts);
  const decision = settle(deposit, facts);
  const change = { deps, tx, facts };
  switch (decision.kind) {
    case "nothing":
      return deposit.id;
    case "note":
      await note(change, deposit, decision.status, decision.reason);
      return deposit.id;
    case "credit":
      await credit(deps, tx, deposit, facts, SYSTEM_ACTOR, "unbooked");
      return deposit.id;
    case "withhold":
      await withhold(change, deposit, decision.status, decision.reason);
      return deposit.id;
    case "reverse":
      await reverse(change, deposit, decision.reason);
      return deposit.id;
    case "unbook":
      await unbook(change, deposit, decision.reason);
      return deposit.id;
  }
}

interface Change {
  readonly deps: DepositDeps;
  readonly tx: Tx;
  readonly facts: DepositFacts;
}

async function openDeposit(deps: DepositDeps, tx: Tx, facts: DepositFacts): Promise<Deposit> {
  const { news, chainKey, address } = facts;
  const known = await queries.lockDeposit(tx, chainKey, news.providerReference);
  if (known)
    return isUnbooked(known) && news.status === "confirmed" && !news.swept ? restate(deps, tx, known, facts) : known;
  const now = deps.clock.now();
  const inserted = await queries.insertDeposit(tx, {
    id: newId(deps.ids, "dep"),
    chainKey,
    providerReference: news.providerReference,
    addressId: address?.id ?? null,
    walletId: address?.walletId ?? null,
    customerId: address?.customerId ?? null,
    status: "pending",
    asset: facts.asset,
    amount: facts.amount,
    onChainAmount: news.amount,
    network: news.network ?? null,
    walletReference: news.walletReference,
    contract: news.contract ?? null,
    toAddress: news.toAddress ?? null,
    fromAddress: news.fromAddress ?? null,
    transactionHash: news.transactionHash ?? null,
    occurredAt: news.occurredAt && isPlausibleTime(news.occurredAt) ? news.occurredAt : null,
    createdAt: now,
    updatedAt: now,
  });
  // Another process inserted it a moment ago; now it is there to be locked.
  const row = inserted ?? (await queries.lockDeposit(tx, chainKey, news.providerReference));
  if (!row) throw new Error(`deposit ${chainKey} disappeared`);
  return row;
}

const isUnbooked = ({ status }: Deposit): boolean => ["pending", "failed", "reversed"].includes(status);

/** What is there when it is final counts, not what was said of it before: earlier news may lack the token or the address. */
function restate(deps: DepositDeps, tx: Tx, deposit: Deposit, facts: DepositFacts): Promise<Deposit> {
  const { news, chainKey, address, asset, amount } = facts;
  return queries.updateDeposit(tx, deposit.id, {
    chainKey,
    asset,
    amount,
    onChainAmount: news.amount,
    ...(address ? { addressId: address.id, walletId: address.walletId, customerId: address.customerId } : {}),
    network: news.network ?? deposit.network,
    contract: news.contract ?? deposit.contract,
    toAddress: news.toAddress ?? deposit.toAddress,
    fromAddress: news.fromAddress ?? deposit.fromAddress,
    transactionHash: news.transactionHash ?? deposit.transactionHash,
    updatedAt: deps.clock.now(),
  });
}

const chainFacts = ({ news }: DepositFacts, deposit: Deposit): Partial<Deposit> => ({
  transactionHash: news.transactionHash ?? deposit.transactionHash,
  confirmations: news.confirmations ?? deposit.confirmations,
});

async function note({ deps, tx, facts }: Change, deposit: Deposit, status: DepositStatus, reason: string | null) {
  const { news, gas } = facts;
  const sweep = news.swept
    ? { ...news.swept, ...(news.swept.gasFee ? { gasFee: { ...news.swept.gasFee } } : {}) }
    : deposit.sweep;
  if (gas) {
    await postTogether(tx, [
      { ...gas, ...common(deps, deposit), id: newId(deps.ids, "trf"), type: "network_fee", key: `sweep:${deposit.id}` },
    ]);
  }
  const updated = await queries.updateDeposit(tx, deposit.id, {
    ...chainFacts(facts, deposit),
    status,
    reason,
    sweep,
    updatedAt: deps.clock.now(),
  });
  const isNew = deposit.version === 0;
  if (status !== deposit.status || isNew) await announce(deps, tx, updated, news.swept ? "swept" : status);
}

const common = (deps: DepositDeps, deposit: Deposit, transactionId: TransactionId = newId(deps.ids, "txn")) => ({
  transactionId,
  source: deposit.id,
  reference: deposit.transactionHash ?? deposit.providerReference,
  actor: SYSTEM_ACTOR,
});

/**
 * Puts a deposit into the wallet. `unbooked`: the coins were not in the books yet; `withheld`: they were, on `unexplained`,
 * and are now explained.
 */
export async function credit(
  deps: DepositDeps,
  tx: Tx,
  deposit: Deposit,
  { accounts, dust, ...facts }: Pick<DepositFacts, "accounts" | "dust"> & Partial<DepositFacts>,
  actor: string,
  from: "unbooked" | "withheld",
): Promise<Deposit> {
  if (!accounts?.wallet || !deposit.walletId) throw new Error(`deposit ${deposit.id} has no wallet`);
  const base = common(deps, deposit);
  const { asset, amount } = deposit;
  const posting = (
    type: Posting["type"],
    rest: Pick<AssetPosting, "from" | "to" | "amount" | "asset">,
  ): AssetPosting => ({
    ...base,
    ...rest,
    actor,
    id: newId(deps.ids, "trf"),
    type,
    // A reversed deposit can be credited again; its version tells the times apart.
    key: `${deposit.id}:${type}:${deposit.version}`,
  });
  const to = from === "unbooked" ? accounts.custody : accounts.unexplained;
  const postings = [
    posting("deposit_received", { from: accounts.customerFunds, to, amount, asset }),
    posting("deposit", { from: accounts.issued, to: accounts.wallet, amount, asset }),
    ...(dust && from === "unbooked" ? [posting("deposit_dust", dust)] : []),
  ].filter((each) => each.amount > 0n);
  await postTogether(tx, postings);
  await repayDebts(deps, tx, [
    {
      ...base,
      walletId: deposit.walletId,
      account: accounts.wallet,
      asset,
      amount,
      key: `${deposit.id}:${deposit.version}`,
    },
  ]);
  const now = deps.clock.now();
  const updated = await queries.updateDeposit(tx, deposit.id, {
    ...(facts.news ? chainFacts(facts as DepositFacts, deposit) : {}),
    status: "credited",
    reason: null,
    transactionId: base.transactionId,
    creditedAt: now,
    updatedAt: now,
  });
  await announce(deps, tx, updated, "credited", actor);
  return updated;
}

/** Books coins that came and that nobody gets (yet). */
async function withhold({ deps, tx, facts }: Change, deposit: Deposit, status: "held" | "quarantined", reason: string) {
  const { accounts, dust } = facts;
  const base = common(deps, deposit);
  const key = (type: string) => `${deposit.id}:${type}:${deposit.version}`;
  if (accounts && deposit.amount > 0n) {
    await postTogether(tx, [
      {
        ...base,
        id: newId(deps.ids, "trf"),
        from: accounts.unexplained,
        to: accounts.custody,
        amount: deposit.amount,
        asset: deposit.asset,
        type: "unexplained_receipt",
        key: key("unexplained_receipt"),
      },
    ]);
  }
  if (dust)
    await postTogether(tx, [{ ...base, ...dust, id: newId(deps.ids, "trf"), type: "deposit_dust", key: key("dust") }]);
  const updated = await queries.updateDeposit(tx, deposit.id, {
    ...chainFacts(facts, deposit),
    status,
    reason: reason.slice(0, 500),
    transactionId: base.transactionId,
    updatedAt: deps.clock.now(),
  });
  await announce(deps, tx, updated, status);
}

/** What had been credited is not there: the coins leave the books, and the wallet, which owes what it has spent. */
async function reverse({ deps, tx, facts }: Change, deposit: Deposit, reason: string) {
  const { accounts, dust } = facts;
  if (!accounts?.wallet || !deposit.walletId) throw new Error(`deposit ${deposit.id} has no wallet`);
  const base = common(deps, deposit);
  const key = `${deposit.id}:undone:${deposit.version}`;
  const { owed } = await takeBack(deps, tx, {
    ...base,
    walletId: deposit.walletId,
    account: accounts.wallet,
    asset: deposit.asset,
    amount: deposit.amount,
    to: accounts.issued,
    debtAccount: accounts.debt,
    key,
    description: reason,
  });
  await undo({ deps, tx, facts }, deposit, accounts, accounts.customerFunds, key, dust);
  const updated = await queries.updateDeposit(tx, deposit.id, {
    ...chainFacts(facts, deposit),
    status: "reversed",
    reason: reason.slice(0, 500),
    updatedAt: deps.clock.now(),
  });
  await announce(deps, tx, updated, "reversed", SYSTEM_ACTOR, { owed: Number(owed) });
}

/** What had been withheld is not there: the coins leave the books. */
async function unbook({ deps, tx, facts }: Change, deposit: Deposit, reason: string) {
  const { accounts, dust } = facts;
  const key = `${deposit.id}:undone:${deposit.version}`;
  if (accounts) await undo({ deps, tx, facts }, deposit, accounts, accounts.unexplained, key, dust);
  const updated = await queries.updateDeposit(tx, deposit.id, {
    status: "failed",
    reason: reason.slice(0, 500),
    updatedAt: deps.clock.now(),
  });
  await announce(deps, tx, updated, "failed");
}

async function undo(
  { deps, tx }: Change,
  deposit: Deposit,
  accounts: DepositAccounts,
  to: Posting["to"],
  key: string,
  dust: DepositFacts["dust"],
) {
  const base = common(deps, deposit);
  const type = "deposit_undone" as const;
  const { asset, amount } = deposit;
  const coins = { ...base, id: newId(deps.ids, "trf"), from: accounts.custody, to, amount, asset, type, key };
  const rest = dust && {
    ...base,
    id: newId(deps.ids, "trf"),
    from: dust.to,
    to: dust.from,
    amount: dust.amount,
    asset: dust.asset,
    type,
    key: `${key}:dust`,
  };
  await postTogether(tx, [...(amount > 0n ? [coins] : []), ...(rest ? [rest] : [])]);
}

export async function announce(
  deps: DepositDeps,
  tx: Tx,
  deposit: Deposit,
  what: string,
  actor: string = SYSTEM_ACTOR,
  more: Record<string, unknown> = {},
): Promise<void> {
  const data = {
    status: deposit.status,
    asset: deposit.asset,
    amount: Number(deposit.amount),
    network: deposit.network,
    ...(deposit.reason === null ? {} : { reason: deposit.reason }),
    ...more,
  };
  await recordAudit(deps, tx, [{ actor, action: `deposit.${what}`, resource: deposit.id, details: data }]);
  await emitEvents(deps, tx, [
    {
      type: `deposit.${what}`,
      resource: deposit.id,
      ...(deposit.customerId === null ? {} : { customerId: deposit.customerId }),
      data,
    },
  ]);
}
