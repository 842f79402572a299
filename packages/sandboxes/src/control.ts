import { readFault } from "./misbehave.js";
import { controlRefusal } from "./refusal.js";
import type { SandboxServer } from "./server.js";
import { THIN_MODES, type WebhookMode } from "./webhooks.js";

function readMode(body: Record<string, unknown>, current: WebhookMode, hasThinEvents: boolean): WebhookMode {
  const mode: Record<string, unknown> = { ...current };
  for (const [name, value] of Object.entries(body)) {
    if (!(name in mode)) throw controlRefusal(400, `unknown setting: ${name}`);
    if (typeof value !== typeof mode[name]) throw controlRefusal(400, `${name} must be a ${typeof mode[name]}`);
    mode[name] = value;
  }
  if (!THIN_MODES.some((each) => each === mode.thin)) throw controlRefusal(400, `thin is ${THIN_MODES.join(", ")}`);
  if (mode.thin !== "off" && !hasThinEvents) throw controlRefusal(400, "this sandbox has no secret for thin events");
  return mode as unknown as WebhookMode;
}

/** The control routes that every sandbox has: how it misbehaves, and what really happened in it. */
export function installControlRoutes(server: SandboxServer, hasThinEvents = false): void {
  server.control("GET", "/sandbox/faults", () => ({ data: server.faults.list() }));
  server.control("POST", "/sandbox/faults", ({ body }) => {
    const fault = readFault(body);
    server.faults.add(fault);
    return fault;
  });
  server.control("DELETE", "/sandbox/faults", () => server.faults.clear());
  server.control("GET", "/sandbox/webhooks", () => ({ mode: server.webhooks.mode, counts: server.webhooks.counts() }));
  server.control("POST", "/sandbox/webhooks/mode", ({ body }) => {
    server.webhooks.mode = readMode(body, server.webhooks.mode, hasThinEvents);
    return server.webhooks.mode;
  });
  server.control("POST", "/sandbox/webhooks/flush", async () => {
    const flushed = await server.webhooks.flush({ fresh: false, waitForInFlight: true });
    return { ...flushed, counts: server.webhooks.counts() };
  });
  server.control("GET", "/sandbox/requests", () => ({ data: server.requests.list() }));
  server.control("GET", "/sandbox/effects", () => server.effects.report());
  server.control("POST", "/sandbox/reset", () => server.reset());
}
