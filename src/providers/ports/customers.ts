import type { ProviderResult } from "./common.js";

export interface CreateCustomerRequest {
  readonly customerId: string;
  readonly idempotencyKey: string;
  readonly email?: string;
  readonly name?: string;
}

/** What is said of a customer now; absent is nothing. */
export interface UpdateCustomerRequest {
  readonly customerReference: string;
  readonly email?: string;
  readonly name?: string;
}

/** What a provider that keeps customers of its own offers about them. */
export interface CustomerPort {
  /** Creates the provider's customer for ours. Asking again with the same key is the same customer. */
  createCustomer(request: CreateCustomerRequest): Promise<ProviderResult<{ customerReference: string }>>;
  /** Brings the provider's customer to what ours is now. Asking again is the same. */
  updateCustomer(request: UpdateCustomerRequest): Promise<ProviderResult<undefined>>;
}
