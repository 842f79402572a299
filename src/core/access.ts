/** What a caller may do. `customer` comes only from a JWT and reaches only its own things. */
export const ROLES = ["admin", "service", "finance", "approver", "support", "customer"] as const;
export type Role = (typeof ROLES)[number];

/** Roles that an API key can have. */
export const KEY_ROLES = ["admin", "service", "finance", "approver", "support"] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

/** Who is asking, once authenticated. */
export interface Caller {
  /** The principal: `prn_...` of an API key, whichever of its keys it is; `jwt:<sub>` otherwise. Recorded as the actor. */
  readonly id: string;
  readonly role: Role;
  /** The API key that was used, when one was. */
  readonly keyId?: string;
  /** Under which name the caller's idempotency keys are kept; `id` when absent. */
  readonly idempotencyScope?: string;
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
/** Who sets limits. Not finance: who may give money away must not also set how much of it may leave. */
export const PAYOUT_LIMITERS: Access = { roles: ["admin", "approver"] };
/** Who may throw the kill switch; what loosens anything is refused to finance. */
export const PAYOUT_CONTROLLERS: Access = { roles: ["admin", "approver", "finance"] };
export const ADMIN: Access = { roles: ["admin"] };

/** Whose idempotency keys these are: of the principal, so that a retry under another key of it is the same request. */
export const idempotencyScopeOf = (caller: Caller): string => caller.idempotencyScope ?? caller.id;

/** The actor of what nobody asked for: webhooks, sweepers, schedules. */
export const SYSTEM_ACTOR = "system";

/** Whose rows a list shows. Each list asks for it, so none can leave it out. */
export type Whose = "everybody" | { readonly customerId: string };

/**
 * Whose rows a caller sees in a list, when it asks for those of `wanted`, or for all; undefined when it sees none. A customer sees
 * its own, whatever it asks for.
 */
export function whoseRows(caller: Caller, wanted: string | undefined): Whose | undefined {
  if (caller.role !== "customer") return wanted === undefined ? "everybody" : { customerId: wanted };
  const { customerId } = caller;
  if (customerId === undefined || (wanted !== undefined && wanted !== customerId)) return undefined;
  return { customerId };
}

/** Whether a caller may know that this customer exists. Callers answer 404, not 403, when it may not. */
export function maySeeCustomer(caller: Caller, customerId: string): boolean {
  return caller.role !== "customer" || caller.customerId === customerId;
}
