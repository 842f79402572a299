import net from "node:net";
import { percentile } from "../stats.js";

/** Where requests go, and how many connections carry them. One request at a time on each, like a keep-alive client. */
export interface Target {
  readonly port: number;
  readonly connections: number;
}

export interface Pace {
  readonly durationMs: number;
  /** Requests a second, whatever the server does. Absent: each connection sends its next request when answered. */
  readonly rate?: number | undefined;
}

export interface LoadResult {
  readonly sent: number;
  /** Replies by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Replies with a 2xx a second, from the first request to the last reply. */
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** The next request as it goes on the wire; undefined when there are no more. */
export type NextRequest = () => string | undefined;

interface Run {
  readonly next: NextRequest;
  readonly latencies: number[];
  readonly statuses: Record<string, number>;
  sent: number;
}

const DRAIN_MS = 15_000;

/**
 * Sends requests for a while and waits for all replies. At a fixed rate latency counts from the moment a request was due,
 * so a server that stalls cannot hide it by slowing the generator down (coordinated omission).
 */
export async function runLoad(target: Target, pace: Pace, next: NextRequest): Promise<LoadResult> {
  const run: Run = { next, latencies: [], statuses: {}, sent: 0 };
  const connections = await Promise.all(Array.from({ length: target.connections }, () => connect(target.port, run)));
  const start = performance.now();
  await (pace.rate === undefined
    ? closedLoop(connections, run, start + pace.durationMs)
    : openLoop(connections, run, start, pace.durationMs, pace.rate));
  const seconds = (performance.now() - start) / 1_000;
  for (const connection of connections) connection.close();
  const good = Object.entries(run.statuses).reduce((sum, [status, n]) => sum + (status.startsWith("2") ? n : 0), 0);
  return {
    sent: run.sent,
    statuses: run.statuses,
    perSecond: good / seconds,
    p50: percentile(run.latencies, 0.5),
    p99: percentile(run.latencies, 0.99),
    max: percentile(run.latencies, 1),
  };
}

async function closedLoop(connections: readonly Connection[], run: Run, until: number): Promise<void> {
  await Promise.all(
    connections.map(
      (connection) =>
        new Promise<void>((resolve) => {
          const sendNext = () => {
            const now = performance.now();
            const request = now < until ? run.next() : undefined;
            if (request === undefined) resolve();
            else connection.send(request, now, sendNext);
          };
          sendNext();
        }),
    ),
  );
}

async function openLoop(
  connections: readonly Connection[],
  run: Run,
  start: number,
  durationMs: number,
  rate: number,
): Promise<void> {
  const idle = [...connections];
  const waiting: { request: string; due: number }[] = [];
  let [issued, flying] = [0, 0];
  const pump = () => {
    while (waiting.length > 0 && idle.length > 0) {
      const [job, connection] = [waiting.shift(), idle.pop()];
      if (!job || !connection) return;
      flying += 1;
      connection.send(job.request, job.due, () => {
        flying -= 1;
        idle.push(connection);
        pump();
      });
    }
  };
  for (let elapsed = 0; elapsed < durationMs; elapsed = performance.now() - start) {
    // The n-th is due after n intervals, the first at once: waiting for the end of its own interval would be in every latency.
    for (; issued <= (elapsed * rate) / 1_000; issued += 1) {
      const request = run.next();
      if (request === undefined) break;
      waiting.push({ request, due: start + (issued * 1_000) / rate });
    }
    pump();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const deadline = performance.now() + DRAIN_MS;
  while ((waiting.length > 0 || flying > 0) && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 1));
}

interface Connection {
  /** Calls `done` when the whole reply is here. `due` is when its latency starts to count. */
  send(request: string, due: number, done: () => void): void;
  close(): void;
}

const READ_BYTES = 16 * 1024;

// What the generator takes of the processors is missing to the server beside it, so it reads into one buffer for each
// connection, and calls back rather than promises.
function connect(port: number, run: Run): Promise<Connection> {
  let pending: { due: number; done: () => void } | undefined;
  let received = "";
  let expected = -1;
  const finish = (status: string) => {
    run.statuses[status] = (run.statuses[status] ?? 0) + 1;
    const answered = pending;
    pending = undefined;
    received = "";
    expected = -1;
    if (!answered) return;
    run.latencies.push(performance.now() - answered.due);
    answered.done();
  };
  const onChunk = (bytes: number, buffer: Uint8Array): boolean => {
    const chunk = (buffer as Buffer).toString("latin1", 0, bytes);
    received = received === "" ? chunk : received + chunk;
    if (expected < 0) expected = replyLength(received);
    if (expected >= 0 && received.length >= expected) finish(received.slice(9, 12));
    return true;
  };
  const onread = { buffer: Buffer.alloc(READ_BYTES), callback: onChunk };
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true, onread });
  // A reply that never came is counted, not forgotten.
  socket.on("error", () => finish("error"));
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.removeListener("error", reject);
      resolve({
        send: (request, due, done) => {
          run.sent += 1;
          pending = { due, done };
          if (socket.destroyed) finish("error");
          else socket.write(request, "latin1");
        },
        close: () => socket.destroy(),
      });
    });
  });
}

/** Length of the whole reply once its headers are here, else -1. Our servers always send a Content-Length. */
function replyLength(text: string): number {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return -1;
  const at = text.indexOf("content-length: ");
  if (at < 0 || at > end) throw new Error(`reply without content-length: ${text.slice(0, 200)}`);
  return end + 4 + Number.parseInt(text.slice(at + 16, at + 30), 10);
}
