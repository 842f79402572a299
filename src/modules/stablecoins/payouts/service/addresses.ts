import { type Caller, maySeeCustomer } from "../../../../core/access.js";
import { parseAddress } from "../../../../core/addresses.js";
import { newId } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import { type CustodyProviderName, NETWORKS, type Network } from "../../../../providers/ports/index.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { customerNotFound, getCustomer } from "../../../sales/customers/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { isDepositAddress } from "../../deposits/index.js";
import { refusedAddress, screenAddress, walletFor } from "../../treasury/index.js";
import { addressNotCool, addressNotFound, addressNotListed, invalidAddress } from "../errors.js";
import { payoutAddressEvents } from "../events.js";
import * as queries from "../queries.js";
import type { PayoutAddress } from "../types.js";
import type { PayoutDeps } from "./deps.js";

/** The stored spelling of an address. Throws `payouts.invalid_address` (422) for a wrong shape, checksum or network. */
export function normalAddress(network: Network, text: string): string {
  const parsed = parseAddress(NETWORKS[network], text);
  if ("refusal" in parsed) throw invalidAddress(network, parsed.refusal);
  return parsed.address;
}

/**
 * Refuses our own addresses, token contracts and what the sanctions list of the provider names that would pay there:
 * `payouts.address_refused` (422). Throws 503 when the list cannot be asked, or the provider is not set up any more.
 */
export async function checkAddress(
  deps: PayoutDeps,
  provider: CustodyProviderName,
  network: Network,
  address: string,
): Promise<void> {
  if (await isDepositAddress(deps, NETWORKS[network], address))
    throw refusedAddress("is one of our own deposit addresses");
  await screenAddress(deps, provider, network, address);
}

/**
 * Puts an address on a customer's list. It can be used once the cooling-off time is over, so that who has taken over an
 * account cannot empty it at once. The same address again is the same entry. Throws `treasury.network_not_enabled` (422) for a
 * chain that nothing can be sent on.
 */
export async function addAddress(
  deps: PayoutDeps,
  caller: Caller,
  customerId: string,
  input: { readonly network: Network; readonly address: string; readonly label?: string | undefined },
): Promise<PayoutAddress> {
  await getCustomer(deps, caller, customerId);
  const address = normalAddress(input.network, input.address);
  const { provider } = await walletFor(deps, input.network);
  await checkAddress(deps, provider, input.network, address);
  const added = await deps.db.transaction(async (tx) => {
    const now = deps.clock.now();
    const { coolingOffSeconds } = await queries.getControls(tx);
    const row = await queries.insertAddress(tx, {
      id: newId(deps.ids, "adr"),
      customerId,
      network: input.network,
      address,
      label: input.label ?? null,
      status: "active",
      usableAt: new Date(now.getTime() + coolingOffSeconds * 1_000),
      createdBy: caller.id,
      createdAt: now,
    });
    if (!row) return undefined;
    const data = { network: row.network, usableAt: row.usableAt.toISOString() };
    await recordAudit(deps, tx, [{ actor: caller.id, action: "addPayoutAddress", resource: row.id, details: data }]);
    await emitEvents(deps, tx, [
      payoutAddressEvents.of("payout_address.added", { resource: row.id, customerId }, data),
    ]);
    return row;
  });
  const entry = added ?? (await queries.findListedAddress(deps.db.read, customerId, input.network, address));
  if (!entry) throw addressNotListed();
  return entry;
}

/** Takes an address off the list. Payouts that are under way go on. Throws `payouts.address_not_found` (404). */
export async function removeAddress(
  deps: PayoutDeps,
  caller: Caller,
  customerId: string,
  id: PayoutAddress["id"],
): Promise<PayoutAddress> {
  const known = await queries.findAddress(deps.db.read, id);
  if (!known || known.customerId !== customerId || !maySeeCustomer(caller, customerId)) throw addressNotFound(id);
  return deps.db.transaction(async (tx) => {
    const removed = await queries.removeAddress(tx, id, deps.clock.now());
    if (!removed) return known;
    await recordAudit(deps, tx, [{ actor: caller.id, action: "removePayoutAddress", resource: id }]);
    await emitEvents(deps, tx, [payoutAddressEvents.of("payout_address.removed", { resource: id, customerId }, {})]);
    return removed;
  });
}

/** A customer's payout addresses, newest first, removed ones included. */
export function listAddresses(
  deps: PayoutDeps,
  caller: Caller,
  customerId: string,
  page: PageQuery,
): Promise<Page<PayoutAddress>> {
  if (!maySeeCustomer(caller, customerId)) throw customerNotFound(customerId);
  return pageById("adr", page, (before, limit) => queries.listAddresses(deps.db.read, customerId, before, limit));
}

/** Throws unless the address is on the customer's list and its cooling-off time is over. */
export async function requireListed(
  deps: PayoutDeps,
  customerId: string,
  network: Network,
  address: string,
): Promise<void> {
  const listed = await queries.findListedAddress(deps.db.read, customerId, network, address);
  if (!listed) throw addressNotListed();
  if (listed.usableAt > deps.clock.now()) throw addressNotCool(listed.usableAt);
}
