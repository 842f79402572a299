/** Whether a lot was paid for, given away, or put right. */
export const LOT_KINDS = ["paid", "promotional", "adjustment"] as const;
export type LotKind = (typeof LOT_KINDS)[number];

/** What a lot came by. */
export const LOT_ORIGINS = ["payment", "invoice", "grant", "deposit", "conversion", "returned"] as const;
export type LotOrigin = (typeof LOT_ORIGINS)[number];

export const PRIORITY_DEFAULT = 50;
export const PRIORITY_MAX = 100;
