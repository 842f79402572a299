import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { ExportFailed } from "../errors.js";

/** Text and bytes go to the disk in pieces of this size. */
const PIECE = 256 * 1024;

/** A file that is being written, from front to back. It counts and digests what goes in. */
export class Spool {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #maxBytes: number;
  readonly #hash = createHash("sha256");
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Bytes so far. */
  bytes = 0;

  private constructor(file: string, handle: FileHandle, maxBytes: number) {
    this.path = file;
    this.#handle = handle;
    this.#maxBytes = maxBytes;
  }

  /** Begins a file; whatever an earlier try of the same name left is gone. */
  static async begin(folder: string, name: string, maxBytes: number): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const left of await readdir(folder))
      if (left.startsWith(name)) await rm(path.join(folder, left), { force: true });
    const file = path.join(folder, `${name}.${process.pid}`);
    return new Spool(file, await open(file, "w", 0o600), maxBytes);
  }

  /** Throws an ExportFailed when the file would be larger than its store takes. */
  async write(piece: string | Uint8Array): Promise<void> {
    const bytes = typeof piece === "string" ? Buffer.from(piece, "utf8") : Buffer.from(piece);
    if (bytes.length === 0) return;
    this.bytes += bytes.length;
    if (this.bytes > this.#maxBytes)
      throw new ExportFailed(
        "too_large",
        `The file would have more than ${this.#maxBytes} bytes; choose a shorter window.`,
      );
    this.#hash.update(bytes);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= PIECE) await this.#flush();
  }

  /** The digest of what was written so far, in hex. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#handle.writeFile(bytes);
  }

  /** Ends the file; nothing can be written any more. */
  async finish(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    await this.#flush();
    await this.#handle.close();
    return { bytes: this.bytes, sha256: this.digest() };
  }

  /** Removes the file, finished or not. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}
