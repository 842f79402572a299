import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { isPlausibleTime } from "../../../../http/schemas.js";
import { postTogether } from "../../../books/ledger/index.js";
import { isExact, settleFunding } from "../../treasury/index.js";
import * as queries from "../queries.js";
import { besideForeignTwin, besideTwin, type Decision, isUnbooked, settle, type Twin } from "../rules/settle.js";
import type { Deposit, DepositFacts, DepositStatus } from "../types.js";
import { arrival, asItCame, type Change, chainFacts, common, credit, reverse, unbook, withhold } from "./book.js";
import type { DepositDeps } from "./deps.js";
import { beginDeposit, moveDeposit } from "./move.js";
import type { PreparedDeposit } from "./prepare.js";

const BY_PROVIDER = { by: "provider", actor: SYSTEM_ACTOR } as const;

/**
 * Settles news of coins that came, inside the caller's transaction: locks the deposit, decides by `rules.settle`, writes
 * status, transfers, audit and outbox. Returns the id of what it was about.
 */
export async function settleDeposit(deps: DepositDeps, tx: Tx, prepared: PreparedDeposit): Promise<string> {
  if (prepared.kind === "funding") return settleFunding(deps, tx, prepared.arrival);
  const deposit = await openDeposit(deps, tx, prepared.facts);
  const facts = await underItsOwnId(tx, prepared.facts, deposit);
  const change = { deps, tx, facts };
  const decision = await decide(change, deposit);
  switch (decision.kind) {
    case "nothing":
      return deposit.id;
    case "refetch":
      throw new Error("the deposit changed meanwhile, and the provider must be asked how it stands");
    case "note":
      await note(change, deposit, decision.status, decision.reason);
      return deposit.id;
    case "credit":
      await credit(deps, tx, asItCame(deposit, facts), facts, BY_PROVIDER, "unbooked");
      return deposit.id;
    case "withhold":
      await withhold(change, asItCame(deposit, facts), decision.status, decision.reason);
      return deposit.id;
    case "suspect":
      await suspect(change, deposit, decision.twin);
      return deposit.id;
    case "reverse":
      await reverse(change, deposit, decision.reason);
      return deposit.id;
    case "unbook":
      await unbook(change, deposit, decision.reason);
      return deposit.id;
  }
}

/**
 * Coins that may be in the books already are booked by nobody but a person: the same transaction told under another id, with or
 * without its log index, whatever was decided about it then.
 */
async function decide({ tx, facts }: Change, deposit: Deposit): Promise<Decision> {
  const decision = settle(deposit, facts);
  const { network, transactionHash } = facts.news;
  const books = decision.kind === "credit" || decision.kind === "withhold";
  if (!books || network === undefined || transactionHash === undefined) return decision;
  await queries.lockTransactionHash(tx, network, transactionHash);
  const twin = await queries.findTwin(tx, asItCame(deposit, facts), isExact(facts.news.provider, facts.chainKey));
  return twin ? { kind: "suspect", twin } : decision;
}

/** Nothing is booked for what may be in the books already. */
async function suspect({ deps, tx, facts }: Change, deposit: Deposit, twin: Twin) {
  const status = twin.provider === deposit.provider ? besideTwin(twin.status) : besideForeignTwin(facts);
  await moveDeposit(deps, tx, deposit, status, {
    by: "provider",
    change: {
      ...arrival(facts),
      ...chainFacts(facts, deposit),
      reason: `the same transaction as ${twin.id}`,
      duplicateOf: twin.id,
    },
  });
}

async function openDeposit(deps: DepositDeps, tx: Tx, facts: DepositFacts): Promise<Deposit> {
  const { news, chainKey } = facts;
  const { provider, providerReference } = news;
  const name = { provider, chainKey, providerReference };
  const known = await lockKnown(tx, name);
  if (known)
    return isUnbooked(known.status) && news.status === "confirmed" && !news.swept
      ? restate(deps, tx, known, facts)
      : known;
  const inserted = await beginDeposit(deps, tx, {
    id: newId(deps.ids, "dep"),
    chainKey,
    provider,
    ...arrival(facts),
    walletReference: news.walletReference,
    occurredAt: news.occurredAt && isPlausibleTime(news.occurredAt) ? news.occurredAt : null,
  });
  // Another process inserted it a moment ago; now it is there to be locked.
  const row = inserted ?? (await queries.lockDeposit(tx, name));
  if (!row) throw new Error(`deposit ${chainKey} disappeared`);
  return row;
}

/** Two rows never bear one id of the provider's: where another has the one that the news came under, the deposit keeps its own. */
async function underItsOwnId(tx: Tx, facts: DepositFacts, deposit: Deposit): Promise<DepositFacts> {
  const { news } = facts;
  if (news.providerReference === deposit.providerReference) return facts;
  const other = await queries.lockByReference(tx, news);
  if (!other || other.id === deposit.id) return facts;
  return { ...facts, news: { ...news, providerReference: deposit.providerReference } };
}

/** The deposit that news is about; told more exactly than before, it is known by that from now on. */
async function lockKnown(tx: Tx, name: queries.DepositName): Promise<Deposit | undefined> {
  const { provider, chainKey, providerReference } = name;
  const known = await queries.lockDeposit(tx, name);
  if (!known) return undefined;
  // One that may be another told again gives way to the other, which the provider names by its own id.
  if (known.duplicateOf !== null && known.providerReference !== providerReference) {
    return (await queries.lockByReference(tx, name)) ?? known;
  }
  if (!isExact(provider, chainKey) || isExact(provider, known.chainKey)) return known;
  return queries.updateDeposit(tx, known.id, { chainKey });
}

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
  const change = { ...chainFacts(facts, deposit), reason, sweep };
  if (status !== deposit.status) {
    await moveDeposit(deps, tx, deposit, status, { by: "provider", change });
  } else if (deposit.version === 0) {
    const event = news.swept ? "deposit.swept" : "deposit.pending";
    await moveDeposit(deps, tx, deposit, status, { by: "provider", event, change });
  } else await queries.updateDeposit(tx, deposit.id, { ...change, updatedAt: deps.clock.now() });
}
