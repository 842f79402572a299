import { createHmac } from "node:crypto";
import type { Test } from "tap";
import { encodeId } from "../../src/core/ids.js";
import { BLOCKRADAR_KEY } from "./service.js";
import { startSteppedCoins } from "./stablecoins.js";

type Row = Record<string, unknown>;

/** A service that hears what it is told in the provider's name, and works on it at once. */
export async function withTold(t: Test, env: Record<string, string> = {}) {
  const service = await startSteppedCoins(t, { env });
  const { url, sql, job } = service;
  const work = async () => {
    const { rows } = await sql.query("SELECT id FROM webhook_events WHERE status = 'pending' ORDER BY id");
    for (const { id } of rows) await job("webhooks:process", { eventId: encodeId("whe", id) });
  };
  const tell = async (data: Row, event = "deposit.success") => {
    const text = JSON.stringify({ event, data });
    const headers = {
      "content-type": "application/json",
      "x-blockradar-signature": createHmac("sha512", BLOCKRADAR_KEY).update(text).digest("hex"),
    };
    const reply = await fetch(`${url}/webhooks/blockradar`, { method: "POST", headers, body: text });
    await work();
    return reply.status;
  };
  return { ...service, tell, work };
}

const upper = (hex: unknown) => `0x${String(hex).slice(2).toUpperCase()}`;
const lower = (hex: unknown) => String(hex).toLowerCase();

/** The same transaction in other spellings. */
export const SPELLINGS: Readonly<Record<string, (data: Row) => Row>> = {
  "as it was": (data) => data,
  "the hash in upper case": (data) => ({ ...data, hash: upper(data.hash) }),
  "the address in lower case": (data) => ({ ...data, recipientAddress: lower(data.recipientAddress) }),
  "the contract in lower case": (data) => ({ ...data, tokenAddress: lower(data.tokenAddress) }),
  "everything in upper case": (data) => ({
    ...data,
    hash: upper(data.hash),
    recipientAddress: upper(data.recipientAddress),
    tokenAddress: upper(data.tokenAddress),
  }),
  "without 0x": (data) => ({ ...data, hash: String(data.hash).slice(2) }),
  "with zeros behind the amount": (data) => ({
    ...data,
    amount: `${data.amount}00`,
    amountPaid: `${data.amountPaid}00`,
  }),
};
