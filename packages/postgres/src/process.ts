import { readFileSync, statSync } from "node:fs";
import path from "node:path";

/** The account PostgreSQL runs under when it is not our own. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** Names one run of one process; a process id alone is reused, sometimes within minutes in a container. */
export interface ProcessMark {
  readonly pid: number;
  /** Boot id and start tick. Empty where the system does not offer them, and then the pid alone has to do. */
  readonly born: string;
}

/** State letter and start tick of a process, or undefined when it is gone or the system has no /proc. */
function readStat(pid: number): { state: string; startTick: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startTick: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function bornAt(pid: number): string {
  const stat = readStat(pid);
  if (stat === undefined) return "";
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()}:${stat.startTick}`;
  } catch {
    return stat.startTick;
  }
}

/** The mark of a running process. */
export function markOf(pid: number): ProcessMark {
  return { pid, born: bornAt(pid) };
}

/**
 * Whether a process still runs. A zombie counts as gone: an adopted server's parent may be a container's first
 * process, which never collects it.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return readStat(pid)?.state !== "Z";
}

/** Whether the very run that left this mark is still going. */
export function isMarkAlive(mark: ProcessMark): boolean {
  return isAlive(mark.pid) && (mark.born === "" || bornAt(mark.pid) === mark.born);
}

/** Whether an account may walk to a path and read and run what is there, judged by the mode bits alone. */
export function canReach(account: RunAs, target: string): boolean {
  const allows = (file: string, bits: number): boolean => {
    const { mode, uid, gid } = statSync(file);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    return ((mode >> shift) & bits) === bits;
  };
  const absolute = path.resolve(target);
  if (!allows(absolute, 0o5)) return false;
  for (let folder = path.dirname(absolute); ; folder = path.dirname(folder)) {
    if (!allows(folder, 0o1)) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/** The part of our environment that PostgreSQL may see: PG* variables would override what we ask of it. */
export function serverEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), TZ: "UTC", ...KEEP_MEMORY, ...extra };
}

// A backend's memory for one statement is gone after it. glibc would hand it back to the kernel each time, and have it
// cleared and mapped again for the next: near a tenth of what a statement costs.
const KEEP_MEMORY = { MALLOC_TOP_PAD_: String(1024 * 1024), MALLOC_TRIM_THRESHOLD_: String(16 * 1024 * 1024) };

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
