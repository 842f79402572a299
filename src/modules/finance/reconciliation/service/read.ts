import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { BalanceProviderName } from "../../../../providers/ports/index.js";
import * as queries from "../queries/index.js";
import type { BankPayoutRow, ProviderTransactionRow } from "../types.js";
import type { ReconciliationDeps } from "./deps.js";

/** What providers' statements say, the last imported first. */
export const listTransactions = (
  deps: ReconciliationDeps,
  filter: queries.TransactionFilter,
  page: PageQuery,
): Promise<Page<ProviderTransactionRow>> =>
  pageById("ptx", page, (before, limit) => queries.listTransactions(deps.db.read, filter, before, limit));

/** Payouts from providers to our bank, the last heard of first. */
export const listBankPayouts = (
  deps: ReconciliationDeps,
  provider: BalanceProviderName | undefined,
  page: PageQuery,
): Promise<Page<BankPayoutRow>> =>
  pageById("bpo", page, (before, limit) => queries.listBankPayouts(deps.db.read, provider, before, limit));
