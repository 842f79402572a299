import type { Caller } from "../../../../core/access.js";
import { fingerprint } from "../../../../core/canonical.js";
import { getAsset } from "../../../books/ledger/index.js";
import { getWallet } from "../../../books/wallets/index.js";
import {
  assetUnsuited,
  exportNotFound,
  exportsNotConfigured,
  fieldUnsuited,
  formatUnsuited,
  mappingUnsuited,
  windowOpen,
  windowReversed,
  windowTooWide,
} from "../errors.js";
import * as queries from "../queries/index.js";
import { isPlaced } from "../rules/accounts.js";
import { FILTERS_OF, FORMATS, FORMATS_OF, isForGood, isIsoCurrency, SETTLE_MS, windowProblem } from "../rules/kinds.js";
import type { ExportFilters, ExportId, ExportSpec } from "../types.js";
import type { ExportDeps } from "./deps.js";
import { enqueueExport } from "./make-export.js";
import { beginExport } from "./move.js";

/** The version of what the files look like: a change of it makes files anew that would be found otherwise. */
const LAYOUT = 1;

/** A file that is found must not be gone before it can be fetched. */
const FOUND_FOR_MS = 3_600_000;

/**
 * Writes down that a file is wanted; a worker makes it. A request for a file that is there, or on its way, and that would be the same
 * is answered with that one. Throws the refusals of `exports`, `wallets.not_found` (404) and `ledger.asset_not_found` (422).
 */
export async function requestExport(
  deps: ExportDeps,
  caller: Caller,
  id: ExportId,
  spec: ExportSpec,
): Promise<queries.ExportRow> {
  if (deps.exportPolicy.secrets.length === 0) throw exportsNotConfigured();
  const earlier = await queries.findExport(deps.db.read, id);
  if (earlier) return earlier;
  refuseShape(spec);
  refuseWindow(spec, deps.clock.now());
  await refuseUnknown(deps, caller, spec);
  const { kind, format, from, to, ...options } = spec;
  const digest = fingerprint(LAYOUT, kind, format, from, to, options);
  if (isForGood(kind)) {
    const same = await queries.findSame(deps.db.read, digest, new Date(deps.clock.now().getTime() + FOUND_FOR_MS));
    if (same) return same;
  }
  const inserted = await deps.db.transaction(async (tx) => {
    const row = { id, kind, format, fromAt: from, toAt: to, options, fingerprint: digest, requestedBy: caller.id };
    const begun = await beginExport(deps, tx, row);
    if (begun) await enqueueExport(tx, id);
    return begun;
  });
  const row = inserted ?? (await queries.findExport(deps.db.read, id));
  if (!row) throw exportNotFound(id);
  return row;
}

/** Whether the fields fit the kind and the format. */
function refuseShape({ kind, format, filters = {}, walletId, asset, mapping }: ExportSpec): void {
  if (!FORMATS_OF[kind].includes(format)) throw formatUnsuited(kind, format, FORMATS_OF[kind]);
  const isStatement = kind === "customer_statement";
  if (isStatement && (walletId === undefined || asset === undefined))
    throw fieldUnsuited("A customer_statement needs `walletId` and `asset`.");
  if (!isStatement && (walletId !== undefined || asset !== undefined))
    throw fieldUnsuited("Only a customer_statement takes `walletId` and `asset`; other kinds take `filters`.");
  const strange = (Object.keys(filters) as (keyof ExportFilters)[]).filter(
    (name) => filters[name] !== undefined && !FILTERS_OF[kind].includes(name),
  );
  if (strange.length > 0) throw fieldUnsuited(`An export of kind ${kind} has no filter ${strange.join(", ")}.`);
  const isSummary = format === "quickbooks" || format === "xero";
  if (mapping !== undefined && !isSummary) throw fieldUnsuited("Only quickbooks and xero take a `mapping`.");
  if (mapping?.taxRate !== undefined && format !== "xero") throw fieldUnsuited("Only xero takes `mapping.taxRate`.");
  const unknown = Object.keys(mapping?.accounts ?? {}).find((account) => !isPlaced(account));
  if (unknown !== undefined) throw mappingUnsuited(unknown);
}

function refuseWindow(spec: ExportSpec, now: Date): void {
  switch (windowProblem(spec.format, spec, now)) {
    case "reversed":
      throw windowReversed();
    case "open":
      throw windowOpen(new Date(now.getTime() - SETTLE_MS));
    case "too_wide":
      throw windowTooWide(spec.format, FORMATS[spec.format].maxDays);
    default:
  }
}

async function refuseUnknown(deps: ExportDeps, caller: Caller, spec: ExportSpec): Promise<void> {
  const { walletId, asset, filters = {}, format } = spec;
  if (filters.asset !== undefined) await getAsset(deps, filters.asset);
  if (walletId === undefined || asset === undefined) return;
  await getWallet(deps, caller, walletId);
  const { kind } = await getAsset(deps, asset);
  if ((format === "ofx" || format === "camt053") && !isIsoCurrency(asset, kind)) throw assetUnsuited(asset, format);
}
