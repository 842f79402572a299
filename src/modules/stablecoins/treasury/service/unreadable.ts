import type { UnreadableEntry } from "../../../../providers/ports/index.js";
import * as unreadable from "../../../news/unreadable/index.js";
import type { TreasuryDeps } from "./deps.js";

const PROVIDER = "blockradar";

/** Keeps what the provider lists of a wallet and we cannot read, and says so once for each. */
export const keepUnreadable = (
  deps: TreasuryDeps,
  walletReference: string,
  entries: readonly UnreadableEntry[],
): Promise<void> =>
  unreadable.keepUnreadable(
    deps,
    { provider: PROVIDER, list: walletReference, event: "treasury.unreadable_entry" },
    entries,
  );

/** What could not be read, the last seen first. */
export const listUnreadable = (deps: Pick<TreasuryDeps, "db">) => unreadable.listUnreadable(deps, PROVIDER);
