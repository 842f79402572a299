import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { ExportStore } from "./store.js";

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

/** Flushes a file, or the names of a folder, to the disk. */
async function flush(place: string): Promise<void> {
  const handle = await open(place, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Files in a folder of a disk that all processes share. They are written beside each other, so a rename makes one appear whole. */
export function storeOnDisk(folder: string): ExportStore {
  const root = path.resolve(folder);
  const at = (name: string) => path.join(root, path.basename(name));
  return {
    workFolder: path.join(root, "unfinished"),
    maxBytes: Number.MAX_SAFE_INTEGER,
    put: async (name, source) => {
      await mkdir(root, { recursive: true, mode: 0o700 });
      await flush(source);
      await rename(source, at(name));
      await flush(root);
    },
    open: async (name) => {
      try {
        const handle = await open(at(name), "r");
        return handle.createReadStream();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    remove: (name) => rm(at(name), { force: true }),
  };
}
