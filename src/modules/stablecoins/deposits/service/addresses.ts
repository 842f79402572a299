import type { Caller } from "../../../../core/access.js";
import { type AddressFamily, parseAddress } from "../../../../core/addresses.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../core/clock.js";
import { newId, type WalletId } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Tx } from "../../../../db/client.js";
import { type Act, askPromised } from "../../../../kernel/asking.js";
import { type LookFailure, lookAtEach } from "../../../../kernel/jobs.js";
import {
  type CustodyAddress,
  type CustodyProviderName,
  NETWORKS,
  type Network,
  type ProviderResult,
} from "../../../../providers/ports/index.js";
import { getWallet } from "../../../books/wallets/index.js";
import { askEach, custodyOf, failuresOf, networksOf, walletFor } from "../../treasury/index.js";
import { addressPending, addressRefused, tooManyAddresses } from "../errors.js";
import * as queries from "../queries.js";
import type { DepositAddress } from "../types.js";
import type { DepositDeps } from "./deps.js";
import { activateAddress, beginAddress, rotateAddress } from "./move.js";

/** Whether this is one of our own deposit addresses, current or rotated, whoever watches it; in the spelling of `parseAddress`. */
export async function isDepositAddress(
  deps: Pick<DepositDeps, "db">,
  family: AddressFamily,
  address: string,
): Promise<boolean> {
  return (await queries.findByAddress(deps.db.read, family, address)) !== undefined;
}

export interface AddressView {
  readonly row: DepositAddress;
  /** The chains on which coins to it are seen and credited. */
  readonly networks: readonly Network[];
}

/**
 * The address that a wallet is paid to on a chain, of the provider that serves the chain; made on first use. `rotate` makes a new one and keeps the old one watched.
 * Promise, ask, settle: when the provider does not answer, the same request sent again, or the sweeper, finds the address that
 * it may have made. Throws 422 for a chain without a master wallet, 503 `deposits.address_pending`.
 */
export async function giveAddress(
  deps: DepositDeps,
  caller: Caller,
  walletId: WalletId,
  input: { readonly network: Network; readonly rotate?: boolean | undefined },
): Promise<AddressView> {
  const { customerId } = await getWallet(deps, caller, walletId);
  const { provider, walletReference } = await walletFor(deps, input.network);
  const family = NETWORKS[input.network];
  const facts = { walletId, customerId, family, provider, walletReference };
  const current = await queries.findCurrent(deps.db.read, facts);
  const networks = await networksOf(deps, provider, family);
  if (current?.status === "active" && !input.rotate) return { row: current, networks };
  const { row: promised, isNew } =
    current?.status === "requested" ? { row: current, isNew: false } : await promise(deps, caller, current, facts);
  if (promised.status === "active") return { row: promised, networks };
  const row = await complete(deps, promised, isNew);
  if (!row) throw addressPending();
  return { row, networks };
}

async function promise(
  deps: DepositDeps,
  caller: Caller,
  current: DepositAddress | undefined,
  facts: Pick<DepositAddress, "walletId" | "customerId" | "family" | "provider" | "walletReference">,
): Promise<{ row: DepositAddress; isNew: boolean }> {
  const [now, askingUntil] = askingTime(deps, facts);
  const inserted = await deps.db.transaction(async (tx) => {
    if (current) {
      await rotateAddress(deps, tx, current);
      await requireFewRotations(deps, tx, caller, facts);
    }
    const nextCheckAt = new Date(now.getTime() + MINUTE_MS);
    const row = { ...facts, nextCheckAt, askingUntil, createdBy: caller.id, createdAt: now };
    const action = current ? "rotateDepositAddress" : "requestDepositAddress";
    return beginAddress(deps, tx, { ...row, id: newId(deps.ids, "dad") }, action);
  });
  // Somebody else asked at the same moment: theirs is ours.
  const row = inserted ?? (await queries.findCurrent(deps.db.read, facts));
  if (!row) throw addressPending();
  return { row, isNew: inserted !== undefined };
}

// Every address is one more that the provider watches for us for good, so a stolen token does not make them all day. Holds the
// row that was current, so rotations of one wallet are counted one by one.
async function requireFewRotations(
  deps: DepositDeps,
  tx: Tx,
  caller: Caller,
  { walletId, family }: Pick<DepositAddress, "walletId" | "family">,
): Promise<void> {
  const { addressesPerDay: max } = deps.depositPolicy;
  if (caller.role !== "customer" || max === 0) return;
  const since = new Date(deps.clock.now().getTime() - DAY_MS);
  if ((await queries.countAddressesSince(tx, walletId, family, since)) >= max) throw tooManyAddresses(max);
}

const WAIT_STEP_MS = 100;
const WAIT_MAX_MS = 8_000;

/**
 * Asks the provider for a promised address, unless somebody else does: then that answer is waited for, since each asking would
 * make an address of its own. Undefined when nobody knows yet whether it was made.
 */
async function complete(deps: DepositDeps, row: DepositAddress, isNew: boolean): Promise<DepositAddress | undefined> {
  const isOurs = isNew || (await deps.db.transaction((tx) => queries.takeAsking(tx, row.id, ...askingTime(deps, row))));
  if (!isOurs) return waitFor(deps, row);
  try {
    return await askPromised(deps, making(deps, row, isNew), row);
  } finally {
    await deps.db.transaction((tx) => queries.endAsking(tx, row.id));
  }
}

/** Now, and until when asking may take: a look, a request and what is written down. Only after a crash somebody waits so long. */
function askingTime(
  deps: DepositDeps,
  { provider }: Pick<DepositAddress, "provider">,
): readonly [now: Date, until: Date] {
  const now = deps.clock.now();
  return [now, new Date(now.getTime() + 2 * custodyOf(deps, provider).callTimeoutMs + SECOND_MS)];
}

const making = (
  deps: DepositDeps,
  { id }: DepositAddress,
  isNew: boolean,
): Act<DepositAddress, ProviderResult<CustodyAddress>, DepositAddress | undefined> => ({
  name: "deposit_addresses.create",
  id,
  ask: (row) => ask(deps, row, isNew),
  settle: async (row, answer) => {
    if (answer.outcome === "rejected") throw addressRefused(answer.failure.code);
    return answer.outcome === "accepted" ? activate(deps, row, answer.value) : undefined;
  },
});

async function ask(deps: DepositDeps, row: DepositAddress, isNew: boolean): Promise<ProviderResult<CustodyAddress>> {
  const custody = custodyOf(deps, row.provider);
  const { walletReference, id: addressId } = row;
  // An earlier request may have made it without our hearing of it.
  const found = isNew ? undefined : await custody.findAddress({ walletReference, addressId });
  if (found && found.outcome !== "notFound") return found;
  return custody.createAddress({ walletReference, addressId, name: row.walletId });
}

async function waitFor(deps: DepositDeps, { id }: DepositAddress): Promise<DepositAddress | undefined> {
  for (let waited = 0; waited < WAIT_MAX_MS; waited += WAIT_STEP_MS) {
    const row = await queries.findAddress(deps.db.read, id);
    if (row?.status !== "requested") return row;
    if (row.askingUntil === null) return undefined;
    await new Promise((resolve) => setTimeout(resolve, WAIT_STEP_MS));
  }
  return undefined;
}

async function activate(deps: DepositDeps, row: DepositAddress, made: CustodyAddress): Promise<DepositAddress> {
  const parsed = parseAddress(row.family, made.address);
  if ("refusal" in parsed) throw new Error(`the provider's address ${parsed.refusal}`);
  const { addressReference } = made;
  const address = { addressReference, address: parsed.address };
  const activated = await deps.db.transaction((tx) => activateAddress(deps, tx, row, address));
  const current = activated ?? (await queries.findCurrent(deps.db.read, row));
  if (!current) throw addressPending();
  return current;
}

const LOOKS_MS = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS] as const;
const SWEEP_MAX = 50;

/**
 * Finishes promised addresses whose request died on the way, those of each provider by themselves. Returns the failures, which are
 * tried again later.
 */
export async function sweepAddresses(deps: DepositDeps): Promise<{ failures: LookFailure[] }> {
  const swept = await askEach(deps, (provider) => sweepAddressesOf(deps, provider));
  return { failures: [...failuresOf(swept), ...[...swept.answers.values()].flat()] };
}

async function sweepAddressesOf(deps: DepositDeps, provider: CustodyProviderName): Promise<readonly LookFailure[]> {
  const due = await queries.listDueAddresses(deps.db.read, provider, deps.clock.now(), SWEEP_MAX);
  const { failures } = await lookAtEach(due, async (row) => {
    const wait = LOOKS_MS[Math.min(row.checks + 1, LOOKS_MS.length - 1)] ?? DAY_MS;
    const next = new Date(deps.clock.now().getTime() + wait);
    await deps.db.transaction((tx) => queries.postponeAddress(tx, row.id, next, row.checks + 1));
    await complete(deps, row, false);
  });
  return failures;
}

/** A wallet's deposit addresses, newest first, rotated ones included. */
export async function listAddresses(
  deps: DepositDeps,
  caller: Caller,
  walletId: WalletId,
  page: PageQuery,
): Promise<Page<AddressView>> {
  await getWallet(deps, caller, walletId);
  const found = await pageById("dad", page, (before, limit) =>
    queries.listAddresses(deps.db.read, walletId, before, limit),
  );
  const data = await Promise.all(
    found.data.map(async (row) => ({ row, networks: await networksOf(deps, row.provider, row.family) })),
  );
  return { ...found, data };
}
