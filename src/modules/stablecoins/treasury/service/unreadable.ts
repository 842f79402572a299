import { CUSTODY_PROVIDER_NAMES, type UnreadableEntry } from "../../../../providers/ports/index.js";
import * as unreadable from "../../../news/unreadable/index.js";
import type { CustodyWalletRow } from "../queries.js";
import type { TreasuryDeps } from "./deps.js";

/** Keeps what a provider lists of a wallet and we cannot read, and says so once for each. */
export const keepUnreadable = (
  deps: TreasuryDeps,
  { provider, walletReference }: Pick<CustodyWalletRow, "provider" | "walletReference">,
  entries: readonly UnreadableEntry[],
): Promise<void> =>
  unreadable.keepUnreadable(deps, { provider, list: walletReference, event: "treasury.unreadable_entry" }, entries);

/** What could not be read of the lists of those who keep coins, the last seen first. */
export const listUnreadable = (deps: Pick<TreasuryDeps, "db">) =>
  unreadable.listUnreadable(deps, CUSTODY_PROVIDER_NAMES);
