/** What a caller may do. `customer` comes only from a JWT and reaches only its own things. */
export const ROLES = ["admin", "service", "finance", "approver", "support", "customer"] as const;
export type Role = (typeof ROLES)[number];

/** Roles that an API key can have. */
export const KEY_ROLES = ["admin", "service", "finance", "approver", "support"] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

/** Who is asking, once authenticated. */
export interface Caller {
  /** `key_...` for an API key, `jwt:<sub>` otherwise; recorded as the actor. */
  readonly id: string;
  readonly role: Role;
  /** Set for role `customer`: the only customer whose things this caller may see. */
  readonly customerId?: string;
}

/** What a route declares: everybody, or these roles. */
export type Access = "public" | { readonly roles: readonly Role[] };

export const EVERY_ROLE: Access = { roles: ROLES };
/** All who work for the operator, read-only support included. */
export const STAFF: Access = { roles: ["admin", "service", "finance", "approver", "support"] };
/** Back ends that act for customers, and administrators. */
export const OPERATORS: Access = { roles: ["admin", "service"] };
export const OPERATORS_AND_CUSTOMERS: Access = { roles: ["admin", "service", "customer"] };
export const MONEY_ADMINS: Access = { roles: ["admin", "finance"] };
/** Who may change a payout and try it again. */
export const PAYOUT_OPERATORS: Access = { roles: ["admin", "service", "finance", "approver"] };
/** The second pair of eyes. */
export const PAYOUT_APPROVERS: Access = { roles: ["admin", "approver"] };
/** Who may send money back, and answer a bank. */
export const REFUNDERS: Access = { roles: ["admin", "service", "finance"] };
/** Who decides about deposits that are held. */
export const DEPOSIT_REVIEWERS: Access = { roles: ["admin", "finance", "approver"] };
/** Who sets limits and may throw the kill switch. */
export const PAYOUT_CONTROLLERS: Access = { roles: ["admin", "finance"] };
export const ADMIN: Access = { roles: ["admin"] };

/** The actor of what nobody asked for: webhooks, sweepers, schedules. */
export const SYSTEM_ACTOR = "system";

/** Whether a caller may know that this customer exists. Callers answer 404, not 403, when it may not. */
export function maySeeCustomer(caller: Caller, customerId: string): boolean {
  return caller.role !== "customer" || caller.customerId === customerId;
}
