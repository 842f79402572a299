import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

export interface WebhookReceiver {
  url: string;
  received: Received[];
  /** The status of the next answers; 200 when it runs out. */
  statuses: number[];
  onDelivery: (() => Promise<void>) | undefined;
  /** Waits until so many came in all. Returns at the latest after ten seconds; what came says the rest. */
  until(count: number): Promise<void>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 10_000;

/** A webhook endpoint that keeps what it gets and answers as told. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      receiver.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      await receiver.onDelivery?.();
      response.writeHead(receiver.statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received: [],
    statuses: [],
    onDelivery: undefined,
    until: async (count) => {
      const deadline = Date.now() + PATIENCE_MS;
      while (receiver.received.length < count && Date.now() < deadline) await sleep(10);
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}
