import net from "node:net";
import type { Test } from "tap";

/** What the network does to the connections that pass. */
export type NetworkMode = "pass" | "blackhole" | "refuse";

/** A network between the service and PostgreSQL that can be told to fail. */
export interface DatabaseProxy {
  /** The database's address, by way of the proxy. */
  readonly url: string;
  mode: NetworkMode;
  /** How many replies were dropped. */
  readonly dropped: number;
  /**
   * Lets the next `times` statements whose text or prepared name contains `statement` be carried out, and cuts the
   * connection instead of passing on what the server answers.
   */
  dropReplyOf(statement: string, options?: { times?: number; skip?: number }): void;
  /** Cuts every connection now. */
  reset(): void;
}

interface Pair {
  readonly client: net.Socket;
  readonly server: net.Socket;
}

/** `Z`, ReadyForQuery: the server has carried out what it was sent, and committed it when it was not in a transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5]);

/** Starts a proxy in front of a database; gone after the test. */
export async function startDatabaseProxy(t: Test, databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<Pair>();
  let trap: { statement: Buffer; times: number; skip: number } | undefined;
  const proxy = { url: "", mode: "pass" as NetworkMode, dropped: 0, dropReplyOf, reset };

  function dropReplyOf(statement: string, { times = 1, skip = 0 } = {}): void {
    trap = { statement: Buffer.from(statement), times, skip };
  }
  function cut({ client, server }: Pair): void {
    client.resetAndDestroy();
    server.destroy();
  }
  function reset(): void {
    for (const pair of pairs) cut(pair);
  }
  function isTrapped(data: Buffer): boolean {
    if (!trap || trap.times === 0 || !data.includes(trap.statement)) return false;
    if (trap.skip > 0) {
      trap.skip -= 1;
      return false;
    }
    trap.times -= 1;
    return true;
  }

  const listener = net.createServer((client) => {
    if (proxy.mode === "refuse") {
      client.resetAndDestroy();
      return;
    }
    const server = net.connect(Number(target.port || 5432), target.hostname);
    const pair = { client, server };
    pairs.add(pair);
    let deaf = false;
    client.on("data", (data) => {
      if (proxy.mode === "blackhole") return;
      if (isTrapped(data)) deaf = true;
      server.write(data);
    });
    server.on("data", (data) => {
      if (proxy.mode === "blackhole") return;
      if (!deaf) client.write(data);
      else if (data.includes(READY)) {
        proxy.dropped += 1;
        cut(pair);
      }
    });
    for (const socket of [client, server]) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        server.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((listener.address() as net.AddressInfo).port);
  proxy.url = url.href;
  t.teardown(() => {
    reset();
    listener.close();
  });
  return proxy;
}
