import type { Id, PaymentId } from "../core/ids.js";
import type { Tx } from "../db/client.js";

/** What is paid with a saved payment method. */
export interface MethodUse {
  readonly kind: "subscription" | "auto_top_up";
  readonly id: string;
}

/** What a module tells those above it, in the transaction that makes it true. */
export interface Facts {
  /** A payment's money arrived and is in the wallet. */
  "payment.credited": {
    readonly paymentId: PaymentId;
    /** Some of it went back already, or may have. */
    readonly hasRefunds: boolean;
    /** It asked for its proceeds to be paid out. */
    readonly hasPayout: boolean;
  };
  /** A payment that was made without its customer being there changed its status, or failed again. */
  "payment.moved_off_session": { readonly paymentId: PaymentId };
  /** A bank took a payment back, asks about it, or is done with that. */
  "dispute.moved": {
    readonly disputeId: Id<"dsp">;
    readonly paymentId: PaymentId;
    /** It ended well for us. */
    readonly isOver: boolean;
  };
  /** A saved method was detached, or is another card now. */
  "payment_method.changed": { readonly methodId: string };
  /** A customer's last saved method at a provider is about to be detached. The customer's list of methods there is locked meanwhile. */
  "payment_method.last_leaving": {
    readonly customerId: string;
    readonly provider: string;
    /** Says what would be left without a way to pay; that refuses it. */
    readonly needs: (use: MethodUse) => void;
  };
}

/** What one module wants to be told. */
export type Listeners = {
  readonly [Name in keyof Facts]?: (tx: Tx, fact: Facts[Name]) => Promise<void>;
};

/** Dependencies of whoever tells. */
export interface Telling {
  readonly listeners: readonly Listeners[];
}

/**
 * Tells the modules above, one after the other, in the caller's transaction: what a listener writes stands or falls with the fact, and
 * what it throws undoes both. A listener does what is quick and local; the rest it leaves to a job that it enqueues.
 */
export async function tell<Name extends keyof Facts>(
  { listeners }: Telling,
  tx: Tx,
  name: Name,
  fact: Facts[Name],
): Promise<void> {
  for (const listener of listeners) await listener[name]?.(tx, fact);
}
