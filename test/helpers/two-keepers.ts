import "./second-custody.js";
import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BLOCKRADAR_WALLETS, startBlockradarSandbox } from "@coffer/sandboxes";
import type { Test } from "tap";
import { encodeId } from "../../src/core/ids.js";
import { blockradarControl } from "./sandbox-client.js";
import { BLOCKRADAR_KEY } from "./service.js";
import { startSteppedCoins } from "./stablecoins.js";

const VAULT_KEY = "vault_key_0123456789abcdef0123456789abcdef";
const KEYS = { blockradar: BLOCKRADAR_KEY, vault: VAULT_KEY };
const { ethereum, base, bsc } = BLOCKRADAR_WALLETS;

/**
 * A service whose coins two providers keep, in which nothing happens by itself: Blockradar, with wallets on Ethereum and Base, and
 * `vault`, with wallets on Base and BNB Smart Chain.
 */
export async function startTwoKeepers(t: Test, options: Parameters<typeof startSteppedCoins>[1] = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "coffer-vault-"));
  const sandbox = await startBlockradarSandbox({
    dataDir: path.join(folder, "vault"),
    webhookUrl: undefined,
    apiKey: VAULT_KEY,
    withdrawalMs: 100,
  });
  t.teardown(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const env: Record<string, string> = {
    BLOCKRADAR_WALLET_ID: [ethereum, base].join(","),
    VAULT_API_KEY: VAULT_KEY,
    VAULT_WALLET_ID: [base, bsc].join(","),
    VAULT_API_BASE: `${sandbox.url}/v1`,
    ...options.env,
  };
  const service = await startSteppedCoins(t, { ...options, env });
  const vault = blockradarControl(sandbox.url);
  await vault.post("webhooks/mode", { drop: true });
  await vault.rule({ outcome: "pending" });
  const tell = async (provider: keyof typeof KEYS, data: object, event = "deposit.success") => {
    const text = JSON.stringify({ event, data });
    const headers = {
      "content-type": "application/json",
      "x-blockradar-signature": createHmac("sha512", KEYS[provider]).update(text).digest("hex"),
    };
    const reply = await fetch(`${service.url}/webhooks/${provider}`, { method: "POST", headers, body: text });
    if (reply.status !== 200) throw new Error(`${provider} was answered ${reply.status}`);
    const { rows } = await service.sql.query("SELECT id FROM webhook_events WHERE status = 'pending' ORDER BY id");
    for (const { id } of rows) await service.job("webhooks:process", { eventId: encodeId("whe", id) });
  };
  /** Has a provider answer nothing but 503, or answer again. */
  const silence = async (provider: typeof vault, isSilent = true) => {
    if (!isSilent) return provider.delete("faults");
    for (const method of ["GET", "POST"])
      await provider.post("faults", { match: { method, path: "/v1/" }, times: 10_000, kind: "status", status: 503 });
  };
  return { ...service, keepers: env, vault, tell, silence };
}
