import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Test } from "tap";
import { movableClock } from "../../../helpers/clock.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { startTestService, type TestEnv } from "../../../helpers/service.js";

export const SIGNING_SECRET = "signing_test_0123456789abcdef0123456789abcdef";

/** What the tests say of an export. */
export interface Wanted {
  readonly kind: string;
  readonly format: string;
  readonly [more: string]: unknown;
}

export type Shown = Record<string, unknown> & { id: string; status: string };

/** A service with a folder for exports of its own, whose clock is an hour ahead: what was posted just now is settled. */
export async function startExports(t: Test, env: TestEnv = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "coffer-exports-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const { clock, advance } = movableClock();
  advance(3_600_000);
  const service = await startTestService(t, {
    overrides: { clock },
    env: { EXPORTS_PATH: folder, EXPORTS_SIGNING_SECRETS: SIGNING_SECRET, ...env },
  });
  const { call, sql, deps, url } = service;
  const jobs = jobsOf(deps);
  const run = (name: string, payload?: unknown) => jobs[name]?.(payload);

  /** A window that has everything posted so far. */
  const untilNow = async () => {
    const { rows } = await sql.query<{ to: Date }>(
      "SELECT greatest(clock_timestamp(), (SELECT max(created_at) FROM ledger_transfers)) + interval '2 milliseconds' AS to",
    );
    return { from: "2026-01-01T00:00:00.000Z", to: (rows[0]?.to ?? new Date()).toISOString() };
  };
  const request = async (wanted: Wanted): Promise<Shown> => {
    const { from, to, ...rest } = wanted;
    const window =
      from === undefined || to === undefined ? { ...(await untilNow()), ...(from ? { from } : {}) } : { from, to };
    const reply = await call("POST", "/v1/exports", { body: { ...rest, ...window } });
    if (reply.status !== 202) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body as Shown;
  };
  const show = async (id: string): Promise<Shown> => (await call("GET", `/v1/exports/${id}`)).body as Shown;
  const make = async (wanted: Wanted): Promise<Shown> => {
    const { id } = await request(wanted);
    await run("exports:make", { exportId: id });
    return show(id);
  };
  /** Fetches a file by its link, wherever the service says that it listens. */
  const fetchFile = (shown: Shown): Promise<Response> => {
    const link = new URL(String(shown.downloadUrl));
    return fetch(`${url}${link.pathname}${link.search}`);
  };
  const fileOf = async (wanted: Wanted): Promise<{ shown: Shown; bytes: Buffer; text: string }> => {
    const shown = await make(wanted);
    if (shown.status !== "ready") throw new Error(`${shown.status} ${JSON.stringify(shown.failure)}`);
    const reply = await fetchFile(shown);
    const bytes = Buffer.from(await reply.arrayBuffer());
    return { shown, bytes, text: bytes.toString("utf8") };
  };
  const grant = async (customerId: string, amount: number, asset = "CREDIT") =>
    (await call("POST", "/v1/grants", { body: { customerId, asset, amount, note: "for the test" } })).body as {
      walletId: string;
    };
  const spend = (walletId: string, amount: number, more: object = {}, asset = "CREDIT") =>
    call("POST", `/v1/wallets/${walletId}/debits`, { body: { asset, amount, ...more } });
  return { ...service, advance, folder, run, untilNow, request, show, make, fetchFile, fileOf, grant, spend };
}
