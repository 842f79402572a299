import type { Readable } from "node:stream";

/** Where finished files are. Every process must reach the same one. */
export interface ExportStore {
  /** A folder on this machine for files that are being written. */
  readonly workFolder: string;
  /** The most bytes that a file may have. */
  readonly maxBytes: number;
  /** Keeps a finished file of the work folder under a name, whole or not at all; a file of that name is replaced. The source is gone. */
  put(name: string, source: string): Promise<void>;
  /** The bytes of a file; undefined when there is none of that name. */
  open(name: string): Promise<Readable | undefined>;
  /** Removes a file. One that is not there is no error. */
  remove(name: string): Promise<void>;
}
