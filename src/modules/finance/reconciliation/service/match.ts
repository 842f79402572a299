import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import type { BalanceProvider } from "../../../../providers/ports/index.js";
import * as queries from "../queries/index.js";
import { breakKindOf, isInTransit, type OpenGroup } from "../rules/breaks.js";
import type { BreakRow } from "../types.js";
import type { ReconciliationDeps } from "./deps.js";
import { copyBooks } from "./import.js";
import { moveBreak, openBreak } from "./move.js";

/** A difference as a look finds it. */
export type Found = Pick<BreakRow, "account" | "asset" | "kind" | "what" | "reference" | "ours" | "theirs">;

export const nameOf = ({ kind, reference }: Pick<OpenGroup, "kind" | "reference">): string =>
  `item:${kind}:${reference}`;

/** The kind and reference of an item's break; undefined for a break of another sort. */
export function itemOf({ what, asset }: Pick<BreakRow, "what" | "asset">) {
  const match = /^item:([a-z]+):(.*)$/s.exec(what);
  return match ? { kind: match[1] as OpenGroup["kind"], reference: match[2] ?? "", asset } : undefined;
}

/** Brings our side up to date and matches what agrees, in the caller's transaction. Returns how many objects were matched. */
export async function matchAll(deps: ReconciliationDeps, tx: Tx, provider: BalanceProvider): Promise<number> {
  await copyBooks(tx, provider);
  const now = deps.clock.now();
  let matched = 0;
  let after: string | undefined = "";
  while (after !== undefined) {
    const portion: Awaited<ReturnType<typeof queries.matchPortion>> = await queries.matchPortion(
      tx,
      provider.name,
      after,
      now,
    );
    matched += portion.matched;
    after = portion.last;
  }
  return matched + (await queries.matchComposite(tx, provider.name, now));
}

const GROUPS_AT_ONCE = 500;

/** Everything that differs now and is no longer waited for. */
async function* differences(deps: ReconciliationDeps, tx: Tx, provider: BalanceProvider): AsyncGenerator<Found> {
  const now = deps.clock.now();
  let after = "";
  for (;;) {
    const groups = await queries.openGroups(tx, provider.name, { after, limit: GROUPS_AT_ONCE });
    for (const group of groups) {
      if (isInTransit(group, now)) continue;
      const { account, asset, reference, ours, theirs } = group;
      yield { account, asset, kind: breakKindOf(group), what: nameOf(group), reference, ours, theirs };
    }
    const last = groups.at(-1);
    if (!last || groups.length < GROUPS_AT_ONCE) break;
    after = last.reference;
  }
  for (const payout of await queries.listUnevenPayouts(tx, provider.name)) {
    const { asset, reference, listedNet } = payout;
    yield {
      account: "",
      asset,
      kind: "payout_sum",
      what: `payout:${reference}`,
      reference,
      ours: 0n,
      theirs: listedNet ?? 0n,
    };
  }
}

/**
 * Opens a break for each difference that is new, and closes those that are gone: their partner came. `balances`: what an instant of the
 * provider's balance differs by, undefined when no instant was found. What a person is asked to decide about is asked anew when it changed.
 */
export async function syncBreaks(
  deps: ReconciliationDeps,
  tx: Tx,
  provider: BalanceProvider,
  balances: readonly Found[] | undefined,
): Promise<{ opened: number; closed: number }> {
  const known = new Map<string, BreakRow>();
  for (const row of await queries.listOpenBreaks(tx, provider.name)) known.set(keyOf(row), row);
  const still: BreakRow["id"][] = [];
  let opened = 0;
  const take = async (found: Found) => {
    const before = known.get(keyOf(found));
    known.delete(keyOf(found));
    if (!before) {
      await openBreak(deps, tx, { ...found, provider: provider.name });
      opened += 1;
    } else if (before.ours !== found.ours || before.theirs !== found.theirs || before.kind !== found.kind) {
      const { kind, ours, theirs } = found;
      const asked = { resolution: null, target: null, reason: null, resolvedBy: null };
      const change = { kind, ours, theirs, lastSeenAt: deps.clock.now(), ...asked };
      await moveBreak(deps, tx, before, "open", { by: "worker", actor: SYSTEM_ACTOR, change });
    } else still.push(before.id);
  };
  for await (const found of differences(deps, tx, provider)) await take(found);
  for (const found of balances ?? []) await take(found);
  let closed = 0;
  for (const row of known.values()) {
    // Nobody but a person ends these; and a balance that could not be looked at says nothing.
    if (row.kind === "unknown" || row.kind === "changed" || (row.kind === "balance" && balances === undefined)) {
      still.push(row.id);
      continue;
    }
    const change = { resolution: "matched_later" as const, lastSeenAt: deps.clock.now() };
    await moveBreak(deps, tx, row, "closed", { by: "worker", actor: SYSTEM_ACTOR, change });
    closed += 1;
  }
  if (still.length > 0) await queries.seenAgain(tx, still, deps.clock.now());
  return { opened, closed };
}

const keyOf = ({ account, asset, what }: Pick<BreakRow, "account" | "asset" | "what">) => `${account} ${asset} ${what}`;
