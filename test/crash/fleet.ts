import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "@coffer/postgres";
import { build } from "esbuild";
import type { Test } from "tap";
import type { TestEnv } from "../helpers/service.js";
import type { Answer, Order } from "./child.js";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const START_TIMEOUT_MS = 120_000;

/**
 * Loads a bundle through V8's code cache: a crash test starts hundreds of processes, and compiling the same functions again
 * would be most of what they do. The cache is written by a process that has lived through a start (SIGUSR2).
 */
const LOADER = `
const fs = require("node:fs"), vm = require("node:vm"), Module = require("node:module");
const [file, cache] = process.argv.slice(2);
const cachedData = fs.existsSync(cache) ? fs.readFileSync(cache) : undefined;
const script = new vm.Script(Module.wrap(fs.readFileSync(file, "utf8")), { filename: file, cachedData });
script.runInThisContext()(exports, require, module, file, __dirname);
process.once("SIGUSR2", () => {
  fs.writeFileSync(cache, script.createCachedData());
  process.disconnect();
});
`;

/** Our environment without the test runner's hooks: loading those takes longer than the service does. */
const ownEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== "NODE_OPTIONS" && !/^_?TAP/.test(name)));

export interface Bundle {
  readonly loader: string;
  readonly file: string;
  readonly cache: string;
}

/**
 * Packs child.js and all that it imports into one file, inside the project so that what stays outside is found. The files of one run
 * share it: the first one makes it.
 */
export async function bundleChild(env: TestEnv): Promise<Bundle> {
  const owner = process.env.TAP === "1" ? process.ppid : process.pid;
  const folder = path.join(HERE, `bundle-${owner}`);
  const bundle = {
    loader: path.join(folder, "loader.cjs"),
    file: path.join(folder, "child.cjs"),
    cache: path.join(folder, "child.cache"),
  };
  fs.mkdirSync(folder, { recursive: true });
  await withLock(folder, async () => {
    if (!fs.existsSync(bundle.cache)) await makeBundle(bundle, env);
  });
  return bundle;
}

async function makeBundle(bundle: Bundle, env: TestEnv): Promise<void> {
  removeOld(path.dirname(bundle.file));
  await build({
    entryPoints: [path.join(HERE, "child.js")],
    outfile: bundle.file,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "error",
    define: { "import.meta.dirname": "__dirname", "import.meta.url": "__url" },
    banner: { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' },
    // It reads files of its own that a bundle would not have.
    external: ["@scalar/fastify-api-reference"],
  });
  fs.writeFileSync(bundle.loader, LOADER);
  const first = new Child(bundle, env);
  await first.start();
  first.process.kill("SIGUSR2");
  await first.exited;
}

/** Bundles of runs that have ended. */
function removeOld(mine: string): void {
  for (const name of fs.readdirSync(HERE)) {
    const pid = Number(/^bundle-(\d+)$/.exec(name)?.[1]);
    const folder = path.join(HERE, name);
    if (pid && folder !== mine && !isRunning(pid)) fs.rmSync(folder, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** One service process. Every question to a process that dies is rejected. */
export class Child {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
  readonly exited: Promise<NodeJS.Signals | null>;
  /** Where its service listens, once it was told to start. */
  url = "";
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #orders = 0;

  constructor(bundle: Bundle, env: TestEnv) {
    this.process = fork(bundle.loader, [bundle.file, bundle.cache], {
      execArgv: [],
      env: { ...ownEnv(), ...env },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.exited = once(this.process, "exit").then(([, signal]) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the child ended by ${signal}`));
      this.#waiting.clear();
      return signal;
    });
    this.process.on("message", ({ id, value, error }: Answer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(error));
    });
    this.process.on("error", () => undefined);
    this.ready = this.#answer(0).then(() => undefined);
    this.ready.catch(() => undefined);
  }

  async tell<T = unknown>(order: Order): Promise<T> {
    await this.ready;
    this.#orders += 1;
    const id = this.#orders;
    const answer = this.#answer(id);
    this.process.send({ ...order, id }, (error) => {
      if (error) this.#waiting.get(id)?.reject(error);
    });
    return (await answer) as T;
  }

  async start(order: Omit<Extract<Order, { do: "start" }>, "do"> = {}): Promise<string> {
    this.url = await this.tell<string>({ do: "start", ...order });
    return this.url;
  }

  async kill(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.exited;
  }

  #answer(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the child does not answer")), START_TIMEOUT_MS);
      timer.unref();
      const settled =
        <A>(act: (argument: A) => void) =>
        (argument: A) => {
          clearTimeout(timer);
          act(argument);
        };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
    });
  }
}

/** Hands out processes that have everything loaded, one being ready before it is asked for. All end with the test. */
export class Fleet {
  readonly #bundle: Bundle;
  readonly #env: TestEnv;
  readonly #children = new Set<Child>();
  #spare: Child;

  constructor(t: Test, bundle: Bundle, env: TestEnv) {
    this.#bundle = bundle;
    this.#env = env;
    this.#spare = this.#launch();
    t.teardown(() => Promise.all([...this.#children].map((child) => child.kill())));
  }

  /** A process that was never used. */
  take(): Child {
    const child = this.#spare;
    this.#spare = this.#launch();
    return child;
  }

  #launch(): Child {
    const child = new Child(this.#bundle, this.#env);
    this.#children.add(child);
    void child.exited.then(() => this.#children.delete(child));
    return child;
  }
}
