import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { LoadResult } from "../load/client.js";
import type { LoadOrder, LoadReply } from "../load/main.js";

/** `build/` when this runs from there. */
export const BUILD = path.resolve(import.meta.dirname, "../..");

type Env = Readonly<Record<string, string>>;

/** What a child may see of our environment: enough to run, and nothing (loaders, PG*, settings) that changes what runs. */
export function cleanEnv(extra: Env = {}): Env {
  const kept = ["PATH", "HOME", "TMPDIR", "LANG", "SystemRoot"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...extra };
}

/** A child process of ours that is ended by `stop`, at the latest when we end. */
export interface Child {
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a module of the build as a process. Its log goes nowhere; what it complains about goes to our stderr. */
export function startChild(module: string, env: Env, execArgv: readonly string[] = []): Child {
  const options: ForkOptions = {
    env: cleanEnv(env),
    execArgv: [...execArgv],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  };
  const child = fork(path.join(BUILD, module), [], options);
  const killIt = () => child.kill("SIGKILL");
  process.once("exit", killIt);
  return {
    process: child,
    stop: async () => {
      process.removeListener("exit", killIt);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** The next message of a child. Rejects when it ends instead. */
export function nextMessage<T>(child: Child): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a child process ended with ${code}`));
    child.process.once("exit", onExit);
    child.process.once("message", (message) => {
      child.process.removeListener("exit", onExit);
      resolve(message as T);
    });
  });
}

/** The load generator, in a process of its own. */
export interface Generator extends Child {
  load(order: LoadOrder): Promise<LoadResult>;
}

export function startGenerator(): Generator {
  const child = startChild("bench/load/main.js", {});
  return {
    ...child,
    load: async (order) => {
      const answer = nextMessage<LoadReply>(child);
      child.process.send(order);
      const reply = await answer;
      if ("error" in reply) throw new Error(reply.error);
      return reply.result;
    },
  };
}

/** Resident memory of a process in MB; NaN where the system has no /proc. */
export function residentMb(pid: number | undefined): number {
  try {
    const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return Number(kb) / 1_024;
  } catch {
    return Number.NaN;
  }
}

/** Fields of /proc/<pid>/stat after the name: state, parent, ... */
function statOf(pid: number | string): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, "latin1");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/**
 * Processor time in ms that processes have used, with their children when `andChildren`; NaN where there is no /proc.
 * Unlike a throughput, it hardly depends on what else the machine does.
 */
export function processorMs(pid: number | undefined, andChildren = false): number {
  const ticks = (fields: readonly string[]) => Number(fields[11]) + Number(fields[12]);
  try {
    const own = statOf(pid ?? "none");
    if (!andChildren) return ticks(own) * 10;
    // Fields 13 and 14: the time of children that have ended.
    let sum = ticks(own) + Number(own[13]) + Number(own[14]);
    for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
      try {
        const fields = statOf(name);
        if (Number(fields[1]) === pid) sum += ticks(fields);
      } catch {
        // It ended between the listing and the look.
      }
    }
    return sum * 10;
  } catch {
    return Number.NaN;
  }
}
