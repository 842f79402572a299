import type { autoTopUpAttempts, autoTopUpConsents, autoTopUps } from "./tables.js";

export type AutoTopUp = typeof autoTopUps.$inferSelect;
export type Attempt = typeof autoTopUpAttempts.$inferSelect;
export type Consent = typeof autoTopUpConsents.$inferSelect;
export type { AttemptStatus, TopUpStatus } from "./rules/chart.js";
export type { PauseReason, StoredPurchase } from "./tables.js";
