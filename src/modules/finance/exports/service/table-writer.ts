import type { SourceRow } from "../rules/columns.js";

/** A table that is being written. */
export interface TableWriter {
  write(rows: readonly SourceRow[]): Promise<void>;
  /** Writes what stands at the end. */
  end(rows: number): Promise<void>;
}
