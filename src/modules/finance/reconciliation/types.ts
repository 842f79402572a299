import type * as tables from "./tables.js";

export type ProviderTransactionRow = typeof tables.providerTransactions.$inferSelect;
export type NewProviderTransaction = typeof tables.providerTransactions.$inferInsert;
export type BankPayoutRow = typeof tables.bankPayouts.$inferSelect;
export type ReconciliationRow = typeof tables.reconciliations.$inferSelect;
export type BreakRow = typeof tables.reconciliationBreaks.$inferSelect;
export type NoteRow = typeof tables.reconciliationNotes.$inferSelect;
export type PeriodRow = typeof tables.accountingPeriods.$inferSelect;

export * from "./rules/words.js";
