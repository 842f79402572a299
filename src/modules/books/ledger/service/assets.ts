import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { assetExists, assetNotFound } from "../errors.js";
import type { AssetRow } from "../queries/index.js";
import * as queries from "../queries/index.js";
import type { LedgerDeps } from "./deps.js";

export type Asset = Pick<AssetRow, "code" | "kind" | "scale" | "name">;

/** An asset by its code. Throws `ledger.asset_not_found` (422). */
export async function getAsset(deps: LedgerDeps, code: string): Promise<AssetRow> {
  const known = deps.caches.assets.get(code);
  if (known) return known;
  const found = await queries.findAsset(deps.db.read, code);
  if (!found) throw assetNotFound(code);
  deps.caches.assets.set(code, found);
  return found;
}

export const listAssets = (deps: LedgerDeps): Promise<AssetRow[]> => queries.listAssets(deps.db.read);

/** Creates an asset. The same one again is the same; another kind or scale is refused with `ledger.asset_exists` (409). */
export async function createAsset(deps: LedgerDeps, actor: string, asset: Asset): Promise<AssetRow> {
  const created = await deps.db.transaction(async (tx) => {
    const row = await queries.insertAsset(tx, asset);
    if (row)
      await recordAudit(deps, tx, [
        { actor, action: "createAsset", resource: asset.code, details: { scale: asset.scale } },
      ]);
    return row;
  });
  if (created) return created;
  const existing = await getAsset(deps, asset.code);
  if (existing.kind !== asset.kind || existing.scale !== asset.scale) throw assetExists(asset.code);
  return existing;
}

// What most stablecoins count in, on most chains.
const COIN_SCALE = 6;

/**
 * The asset in which money really came, whatever it is: a coin that nobody set up must still be booked, under its own code. An
 * asset that is set up later with the same kind and scale is the same.
 */
export async function ensureReceivedAsset(
  deps: LedgerDeps,
  code: string,
  exponent: number | undefined,
): Promise<AssetRow> {
  if (exponent !== undefined) return ensureAsset(deps, code, exponent);
  const known = deps.caches.assets.get(code) ?? (await queries.findAsset(deps.db.read, code));
  return known ?? createAsset(deps, SYSTEM_ACTOR, { code, kind: "stablecoin", scale: COIN_SCALE, name: code });
}

/**
 * An asset by its code, created as a fiat currency when its exponent is known: money that came in a currency nobody set up
 * must still be booked. Throws `ledger.asset_not_found` (422).
 */
export async function ensureAsset(deps: LedgerDeps, code: string, exponent: number | undefined): Promise<AssetRow> {
  if (exponent === undefined) return getAsset(deps, code);
  const known = deps.caches.assets.get(code) ?? (await queries.findAsset(deps.db.read, code));
  return known ?? createAsset(deps, SYSTEM_ACTOR, { code, kind: "fiat", scale: exponent, name: code });
}
