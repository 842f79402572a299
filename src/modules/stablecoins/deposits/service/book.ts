import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { newId, type TransactionId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { type Posting, postTogether, repayDebts, takeBack } from "../../../books/ledger/index.js";
import type { DepositFacts as ChangedFacts } from "../queries.js";
import type { Deposit, DepositAccounts, DepositFacts } from "../types.js";
import type { DepositDeps } from "./deps.js";
import { moveDeposit } from "./move.js";

type AssetPosting = Posting & { readonly asset: string };

export interface Change {
  readonly deps: DepositDeps;
  readonly tx: Tx;
  readonly facts: DepositFacts;
}

/** Whose the coins are and what came. */
export const arrival = ({ news, address, asset, amount }: DepositFacts) => ({
  providerReference: news.providerReference,
  addressId: address?.id ?? null,
  walletId: address?.walletId ?? null,
  customerId: address?.customerId ?? null,
  asset,
  amount,
  onChainAmount: news.amount,
  network: news.network ?? null,
  contract: news.contract ?? null,
  toAddress: news.toAddress ?? null,
  fromAddress: news.fromAddress ?? null,
  transactionHash: news.transactionHash ?? null,
});

/**
 * The deposit with what is known when it is booked: the first news of it may have come before the address or the token was
 * known, and said another amount.
 */
export const asItCame = (deposit: Deposit, facts: DepositFacts): Deposit => ({ ...deposit, ...arrival(facts) });

export const chainFacts = ({ news }: DepositFacts, deposit: Deposit): ChangedFacts => ({
  providerReference: news.status === "confirmed" ? news.providerReference : deposit.providerReference,
  transactionHash: news.transactionHash ?? deposit.transactionHash,
  confirmations: news.confirmations ?? deposit.confirmations,
});

export const common = (deps: DepositDeps, deposit: Deposit, transactionId: TransactionId = newId(deps.ids, "txn")) => ({
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
  { by, actor }: { readonly by: "provider" | "approver"; readonly actor: string },
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
  return moveDeposit(deps, tx, deposit, "credited", {
    by,
    actor,
    change: {
      ...(facts.news ? { ...arrival(facts as DepositFacts), ...chainFacts(facts as DepositFacts, deposit) } : {}),
      reason: null,
      transactionId: base.transactionId,
      creditedAt: deps.clock.now(),
    },
  });
}

/** Books coins that came and that nobody gets (yet). */
export async function withhold(
  { deps, tx, facts }: Change,
  deposit: Deposit,
  status: "held" | "quarantined",
  reason: string,
) {
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
  await moveDeposit(deps, tx, deposit, status, {
    by: "provider",
    change: {
      ...arrival(facts),
      ...chainFacts(facts, deposit),
      reason: reason.slice(0, 500),
      transactionId: base.transactionId,
    },
  });
}

/** What had been credited is not there: the coins leave the books, and the wallet, which owes what it has spent. */
export async function reverse({ deps, tx, facts }: Change, deposit: Deposit, reason: string) {
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
  await moveDeposit(deps, tx, deposit, "reversed", {
    by: "provider",
    change: { ...chainFacts(facts, deposit), reason: reason.slice(0, 500) },
    details: { owed: Number(owed) },
  });
}

/** What had been withheld is not there: the coins leave the books. */
export async function unbook({ deps, tx, facts }: Change, deposit: Deposit, reason: string) {
  const { accounts, dust } = facts;
  const key = `${deposit.id}:undone:${deposit.version}`;
  // For what may be another deposit told again nothing was booked.
  const isBooked = deposit.duplicateOf === null;
  if (accounts && isBooked) await undo({ deps, tx, facts }, deposit, accounts, accounts.unexplained, key, dust);
  await moveDeposit(deps, tx, deposit, "failed", { by: "provider", change: { reason: reason.slice(0, 500) } });
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
