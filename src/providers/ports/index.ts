/** What we need of providers, in our words. Modules see this and nothing else of them; adapters translate. */
export * from "./balance.js";
export * from "./billing.js";
export * from "./common.js";
export * from "./custody.js";
export * from "./customers.js";
export * from "./disputes.js";
export * from "./names.js";
export * from "./payments.js";
export * from "./refunds.js";
export * from "./statements.js";
export * from "./webhooks.js";
