import { ExportFailed } from "../errors.js";

/** Counts the rows of a file, and stops it when there are more than its format takes. */
export class RowCount {
  readonly #max: number;
  rows = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Throws an ExportFailed when that makes too many. */
  add(rows: number): void {
    this.rows += rows;
    if (this.rows > this.#max)
      throw new ExportFailed("too_large", `The file would have more than ${this.#max} rows; choose a shorter window.`);
  }
}
