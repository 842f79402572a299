import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isAlive, isMarkAlive, markOf, type ProcessMark, sleep } from "./process.js";

const LOCK_TIMEOUT_MS = 90_000;
const POLL_MS = 5;

/** The mark in a file. Files appear whole (written aside, then linked or renamed), so one that does not parse is released. */
function readMark(file: string): ProcessMark | undefined {
  try {
    const mark: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof mark !== "object" || mark === null || !("pid" in mark) || !("born" in mark)) return undefined;
    return typeof mark.pid === "number" && typeof mark.born === "string"
      ? { pid: mark.pid, born: mark.born }
      : undefined;
  } catch {
    return undefined;
  }
}

function generations(folder: string): number[] {
  return readdirSync(folder)
    .map((name) => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? Number.NaN))
    .filter((generation) => !Number.isNaN(generation))
    .sort((a, b) => b - a);
}

const draftIn = (folder: string): string => path.join(folder, `draft.${process.pid}.${randomUUID()}`);

/** Removes the drafts of processes that were killed while they held a pen. */
function sweepDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const writer = /^draft\.(\d+)\./.exec(name)?.[1];
    if (writer !== undefined && !isAlive(Number(writer))) rmSync(path.join(folder, name), { force: true });
  }
}

/** Takes the generation after the newest one, unless its holder lives. Returns the lock's file, or undefined. */
function tryLock(folder: string): string | undefined {
  const newest = generations(folder)[0] ?? 0;
  const holder = readMark(path.join(folder, `lock.${newest}`));
  if (holder !== undefined && isMarkAlive(holder)) return undefined;
  const mine = path.join(folder, `lock.${newest + 1}`);
  const draft = draftIn(folder);
  writeFileSync(draft, JSON.stringify(markOf(process.pid)), { mode: 0o600 });
  try {
    linkSync(draft, mine);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const seen = generations(folder);
  if (seen[0] !== newest + 1) {
    // We acted on an old listing: someone went past this number and swept it. The newest number is the lock.
    rmSync(mine, { force: true });
    return undefined;
  }
  for (const old of seen.slice(1)) rmSync(path.join(folder, `lock.${old}`), { force: true });
  sweepDrafts(folder);
  return mine;
}

/**
 * Runs `action` while no other process does the same for this folder, and survives a holder that was killed.
 *
 * Node has no flock, and taking over a dead holder's file by deleting it lets two waiters each delete the other's.
 * So nobody deletes the newest file: a lock is a number, numbers only grow, creating one is exclusive, and a holder
 * that is done or dead merely makes its number free to be followed.
 */
export async function withLock<Result>(folder: string, action: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  let held = tryLock(folder);
  while (held === undefined) {
    if (Date.now() > deadline) throw new Error(`Another process has kept ${folder} locked for ${LOCK_TIMEOUT_MS} ms.`);
    await sleep(POLL_MS);
    held = tryLock(folder);
  }
  try {
    return await action();
  } finally {
    release(folder, held);
  }
}

/**
 * Takes a folder for as long as this process lives, or until the returned function is called. Undefined when another process
 * has it.
 */
export function holdFolder(folder: string): (() => void) | undefined {
  const held = tryLock(folder);
  return held === undefined ? undefined : () => release(folder, held);
}

/** The process that has a folder. */
export function holderOf(folder: string): number | undefined {
  return readMark(path.join(folder, `lock.${generations(folder)[0] ?? 0}`))?.pid;
}

function release(folder: string, held: string): void {
  const released = draftIn(folder);
  writeFileSync(released, "released", { mode: 0o600 });
  renameSync(released, held);
}

/** Writes down that this process uses the server. Returns the entry, to be given to `removeUser`. */
export function addUser(folder: string): string {
  const users = path.join(folder, "users");
  mkdirSync(users, { recursive: true, mode: 0o700 });
  const entry = path.join(users, randomUUID());
  writeFileSync(`${entry}.draft`, JSON.stringify(markOf(process.pid)), { mode: 0o600 });
  renameSync(`${entry}.draft`, entry);
  return entry;
}

/** Removes one user and returns how many others are alive. Call it under the lock: the last one stops the server. */
export function removeUser(folder: string, entry: string): number {
  rmSync(entry, { force: true });
  const users = path.join(folder, "users");
  let alive = 0;
  for (const name of readdirSync(users)) {
    const mark = readMark(path.join(users, name));
    if (mark !== undefined && isMarkAlive(mark)) alive += 1;
    else rmSync(path.join(users, name), { force: true });
  }
  return alive;
}
