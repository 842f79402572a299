import type { WalletDeps } from "../../../books/wallets/index.js";
import type { ExportStore } from "./store.js";

/** What the operator has decided about exports. */
export interface ExportPolicy {
  /** Secrets of download links, the newest first; none: exports are off. */
  readonly secrets: readonly string[];
  readonly linkMs: number;
  readonly keepMs: number;
  /** How others reach this service. */
  readonly publicUrl: string;
}

export interface ExportDeps extends WalletDeps {
  readonly exportStore: ExportStore;
  readonly exportPolicy: ExportPolicy;
}
