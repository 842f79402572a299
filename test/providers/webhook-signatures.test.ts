import Stripe from "stripe";
import t from "tap";
import { createBlockradarWebhooks, verifyBlockradarWebhook } from "../../src/providers/blockradar/webhook.js";
import { type CoinbaseWebhookSecrets, verifyCoinbaseWebhook } from "../../src/providers/coinbase/webhook.js";
import { type WebhookDelivery, WebhookRejectedError } from "../../src/providers/ports/index.js";
import { buildProviders } from "../../src/providers/registry.js";
import { verifyStripeWebhook } from "../../src/providers/stripe/webhook.js";
import { at, hex, type Scheme, schemes, T } from "./signature-schemes.js";

const SECRET = "whsec_current-secret";

interface Attempt {
  body?: string;
  header?: string | string[] | undefined;
  secrets?: string[];
  now?: Date;
  headers?: WebhookDelivery["headers"];
}

/** `accepted`, or the reason of the refusal; anything else that is thrown fails the test. */
async function outcome(scheme: Scheme, attempt: Attempt = {}): Promise<string> {
  const good = scheme.wrap(scheme.sign(scheme.body, SECRET, T), T);
  const header = "header" in attempt ? attempt.header : good;
  try {
    await scheme.verify(
      {
        rawBody: Buffer.from(attempt.body ?? scheme.body),
        headers: attempt.headers ?? { "x-event-id": "evt-1", [scheme.header]: header },
        now: attempt.now ?? at(T),
      },
      attempt.secrets ?? [SECRET],
    );
    return "accepted";
  } catch (error) {
    if (error instanceof WebhookRejectedError) return error.reason;
    throw error;
  }
}

/** The reason with which a synchronous verification refuses. */
function reasonOf(verify: () => unknown): string {
  try {
    verify();
    return "accepted";
  } catch (error) {
    if (error instanceof WebhookRejectedError) return error.reason;
    throw error;
  }
}

for (const scheme of schemes) {
  t.test(`${scheme.name}: hostile deliveries are refused, and refused the same way`, async (t) => {
    const signature = scheme.sign(scheme.body, SECRET, T);
    const wrap = (text: string) => scheme.wrap(text, T);
    t.equal(await outcome(scheme), "accepted");
    t.equal(await outcome(scheme, { header: undefined }), "missing_signature");
    t.equal(await outcome(scheme, { header: "" }), "missing_signature");
    t.equal(await outcome(scheme, { header: "   " }), "missing_signature");
    t.equal(await outcome(scheme, { header: [wrap(signature), wrap(signature)] }), "missing_signature", "repeated");
    t.equal(await outcome(scheme, { header: [wrap(signature)] }), "accepted", "an array of one");

    const flipped = (signature.startsWith("0") ? "1" : "0") + signature.slice(1);
    const bad = {
      wrong: wrap(flipped),
      ...(scheme.timestamped ? { empty: wrap("") } : {}),
      short: wrap(signature.slice(0, -2)),
      odd: wrap(signature.slice(0, -1)),
      long: wrap(`${signature}00`),
      "upper case": wrap(signature.toUpperCase()),
      base64: wrap(Buffer.from(signature, "hex").toString("base64")),
      unicode: wrap(`${signature.slice(0, -1)}é`),
      "full-width digits": wrap("０".repeat(signature.length)),
      "other algorithm": wrap(hex(signature.length === 64 ? "sha512" : "sha256", SECRET, scheme.body)),
      "joined repeat": `${wrap(flipped)}, ${wrap(signature)}`,
      huge: wrap("a".repeat(9_000)),
      garbage: "=====",
      commas: ",,,,,",
    };
    for (const [name, header] of Object.entries(bad)) t.equal(await outcome(scheme, { header }), "bad_signature", name);
  });

  t.test(`${scheme.name}: only the very bytes that were signed`, async (t) => {
    for (const body of [
      JSON.stringify(JSON.parse(scheme.body), null, 1),
      `${scheme.body}\n`,
      ` ${scheme.body}`,
      `\ufeff${scheme.body}`,
      scheme.body.replace("e", "\\u0065"),
      "",
    ]) {
      t.equal(await outcome(scheme, { body }), "bad_signature", JSON.stringify(body));
    }
  });

  t.test(`${scheme.name}: secrets`, async (t) => {
    t.equal(await outcome(scheme, { secrets: ["other"] }), "bad_signature");
    t.equal(await outcome(scheme, { secrets: [] }), "bad_signature");
    const header = scheme.wrap(scheme.sign(scheme.body, "", T), T);
    t.equal(await outcome(scheme, { secrets: [""], header }), "bad_signature", "an empty secret signs nothing");
    if (scheme.name === "coinbase commerce") return;
    t.equal(await outcome(scheme, { secrets: ["next", SECRET] }), "accepted", "rotation, new first");
    t.equal(await outcome(scheme, { secrets: [SECRET, "previous"] }), "accepted", "rotation, old still there");
  });

  t.test(`${scheme.name}: authentic but unreadable`, async (t) => {
    for (const body of ["not json", "null", "[]", '"text"', "1", "{}", "", '{"id":']) {
      const header = scheme.wrap(scheme.sign(body, SECRET, T), T);
      t.equal(await outcome(scheme, { body, header }), "unreadable", JSON.stringify(body));
    }
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    t.equal(
      await outcome(scheme, { body: deep, header: scheme.wrap(scheme.sign(deep, SECRET, T), T) }),
      "unreadable",
      "deep nesting is no crash",
    );
  });

  if (!scheme.timestamped) continue;

  t.test(`${scheme.name}: 300 s either way, and not one more`, async (t) => {
    const cases = { "-301": false, "-300": true, "-299": true, "0": true, "299": true, "300": true, "301": false };
    for (const [offset, allowed] of Object.entries(cases)) {
      const now = at(T + Number(offset));
      t.equal(await outcome(scheme, { now }), allowed ? "accepted" : "outside_tolerance", `${offset} s`);
    }
  });

  t.test(`${scheme.name}: a timestamp is digits, once, and signed`, async (t) => {
    const signature = scheme.sign(scheme.body, SECRET, T);
    const good = scheme.wrap(signature, T);
    for (const bad of ["", "abc", "-1", "1e9", `${T}.0`, ` `, "9".repeat(13), "0x6b49d200"]) {
      t.equal(await outcome(scheme, { header: good.replace(`t=${T}`, `t=${bad}`) }), "bad_signature", bad);
    }
    t.equal(await outcome(scheme, { header: good.replace(`t=${T}`, `t=${T},t=${T}`) }), "bad_signature", "twice");
    t.equal(await outcome(scheme, { header: good.replace(`t=${T},`, "") }), "bad_signature", "absent");
    t.equal(await outcome(scheme, { header: good.replace(`t=${T}`, `t=${T + 1}`) }), "bad_signature", "changed");
  });
}

t.test("stripe: what stripe-node signs is accepted", async (t) => {
  const payload = '{"id":"evt_1","object":"event","type":"x","created":1800000000}';
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, timestamp: T });
  const event = verifyStripeWebhook(
    { rawBody: Buffer.from(payload), headers: { "stripe-signature": header }, now: at(T) },
    { snapshot: [SECRET], thin: [] },
  );
  t.match(event, { eventId: "evt_1", type: "x", occurredAt: at(T), payload: { id: "evt_1" } });
});

t.test("stripe: one right signature among others, but not among a thousand", async (t) => {
  const [scheme] = schemes;
  if (!scheme) throw new Error("no scheme");
  const good = scheme.sign(scheme.body, SECRET, T);
  const wrong = "0".repeat(64);
  const header = (count: number, last = good) => `t=${T},${`v1=${wrong},`.repeat(count - 1)}v1=${last}`;
  t.equal(await outcome(scheme, { header: header(2) }), "accepted");
  t.equal(await outcome(scheme, { header: header(10) }), "accepted");
  t.equal(await outcome(scheme, { header: header(11) }), "bad_signature");
  t.equal(await outcome(scheme, { header: header(1_000) }), "bad_signature");
  t.equal(await outcome(scheme, { header: `t=${T},v0=${good}` }), "bad_signature", "v0 is not a signature at Stripe");
  t.equal(await outcome(scheme, { header: `v1=${good},t=${T}` }), "accepted", "any order");
});

t.test("stripe: a thin event is refused as unreadable", async (t) => {
  const [scheme] = schemes;
  if (!scheme) throw new Error("no scheme");
  const body = '{"id":"evt_1","object":"v2.core.event","type":"v1.payment_intent.succeeded"}';
  t.equal(await outcome(scheme, { body, header: scheme.wrap(scheme.sign(body, SECRET, T), T) }), "unreadable");
});

t.test("coinbase: the published hook0 vectors", async (t) => {
  const secret = "a-subscription-secret";
  const rawBody = Buffer.from('{"event":"user.created"}');
  const v0 = "d17d66b66fca89390c5b967c45e8928fc732db07a0aabe8167b1e98213081ffe";
  const v1 = "19a6fb8f6581715b241a93af02a58611c3b0ac7b747a8d2a5b120ee418d0c347";
  const ids = { "x-event-id": "evt-1", "x-delivery-id": "dlv-1" };
  const verify =
    (header: string, headers: Record<string, string> = ids) =>
    () =>
      verifyCoinbaseWebhook(
        { rawBody, headers: { ...headers, "x-hook0-signature": header }, now: at(T) },
        { webhookSecrets: [secret] },
      );
  // The vectors' body has no eventType: `unreadable` proves that the signature held.
  const held = "unreadable";
  const refused = "bad_signature";
  const h = "x-event-id x-delivery-id";
  t.equal(reasonOf(verify(`t=${T},v0=${v0}`)), held, "v0");
  t.equal(reasonOf(verify(`t=${T},h=${h},v1=${v1}`)), held, "v1");
  t.equal(reasonOf(verify(`v1=${v1},h=${h},v0=${v0},t=${T}`)), held, "any order");
  t.equal(
    reasonOf(verify(`t=${T},h=${h},v1=${v1}`, { "X-Event-Id": "evt-1", "X-DELIVERY-ID": "dlv-1" })),
    held,
    "header case",
  );
  t.equal(
    reasonOf(verify(`t=${T},v0=${v0},h=${h},v1=${"0".repeat(64)}`)),
    refused,
    "a right v0 does not excuse a wrong v1",
  );
  t.equal(reasonOf(verify(`t=${T},v0=${v0},h=${h},v1=`)), refused, "nor an empty one");
  t.equal(
    reasonOf(verify(`t=${T},h=${h},v1=${v1}`, { "x-event-id": "evt-1" })),
    refused,
    "a covered header is missing",
  );
  t.equal(
    reasonOf(verify(`t=${T},h=${h},v1=${v1}`, { ...ids, "x-event-id": "evt-2" })),
    refused,
    "a covered header changed",
  );
  t.equal(reasonOf(verify(`t=${T},h=x-delivery-id x-event-id,v1=${v1}`)), refused, "the covered names changed");
  t.equal(reasonOf(verify(`t=${T},v1=${v1}`)), refused, "no names");
  t.equal(reasonOf(verify(`t=${T},v0=${v1}`)), refused, "a v1 is no v0");
});

t.test("coinbase: the event id is believed only when it is signed", async (t) => {
  const body = '{"id":"69163c762331ed43dc64a6ef","eventType":"checkout.payment.success","status":"COMPLETED"}';
  const verify = (header: string, eventId: string) =>
    verifyCoinbaseWebhook(
      {
        rawBody: Buffer.from(body),
        headers: { "x-event-id": eventId, "content-type": "application/json", "x-hook0-signature": header },
        now: at(T),
      },
      { webhookSecrets: [SECRET] },
    );
  const v1 = hex("sha256", SECRET, `${T}.content-type x-event-id.application/json.evt-9.${body}`);
  t.equal(verify(`t=${T},h=content-type x-event-id,v1=${v1}`, "evt-9").eventId, "evt-9");
  const uncovered = hex("sha256", SECRET, `${T}.content-type.application/json.${body}`);
  const first = verify(`t=${T},h=content-type,v1=${uncovered}`, "forged-1").eventId;
  t.match(first, /^[0-9a-f]{64}$/);
  t.equal(verify(`t=${T},h=content-type,v1=${uncovered}`, "forged-2").eventId, first, "the same event, the same id");
  t.equal(verify(`t=${T},v0=${hex("sha256", SECRET, `${T}.${body}`)}`, "forged-3").eventId, first);
});

t.test("coinbase: an unsigned ping is a missing signature", async (t) => {
  const verify = () =>
    verifyCoinbaseWebhook(
      { rawBody: Buffer.alloc(0), headers: {}, now: at(T) },
      { webhookSecrets: [SECRET], commerceWebhookSecret: "x" },
    );
  t.equal(reasonOf(verify), "missing_signature");
});

t.test("coinbase: a Commerce signature does not open the other door", async (t) => {
  const body = '{"id":"a","eventType":"checkout.payment.success"}';
  const delivery = (headers: Record<string, string>) => ({ rawBody: Buffer.from(body), headers, now: at(T) });
  const commerce = { "x-cc-webhook-signature": hex("sha256", "commerce", body) };
  const secrets = { webhookSecrets: [SECRET], commerceWebhookSecret: "commerce" };
  const verify = (headers: Record<string, string>, allowed: CoinbaseWebhookSecrets = secrets) =>
    reasonOf(() => verifyCoinbaseWebhook(delivery(headers), allowed));
  t.equal(verify(commerce), "unreadable", "signed, but not a Commerce event");
  t.equal(verify({ ...commerce, "x-hook0-signature": `t=${T},v1=00` }), "bad_signature", "both headers");
  t.equal(verify(commerce, { webhookSecrets: [SECRET] }), "bad_signature", "no Commerce secret");
});

t.test("blockradar: one transaction passes through several events", async (t) => {
  const port = createBlockradarWebhooks({ apiKeys: ["key"] });
  const verify = (body: string) =>
    port.verifyWebhook({
      rawBody: Buffer.from(body),
      headers: { "x-blockradar-signature": hex("sha512", "key", body) },
      now: at(T),
    });
  const idOf = async (body: string) => (await verify(body)).eventId;
  const success = await idOf('{"event":"deposit.success","data":{"id":"tx-1"}}');
  t.match(success, /^deposit\.success:tx-1:[0-9a-f]{32}$/);
  t.match(
    await idOf('{"event":"deposit.swept.success","data":{"id":"tx-1"}}'),
    /^deposit\.swept\.success:tx-1:[0-9a-f]{32}$/,
  );
  t.equal(await idOf('{"event":"deposit.success","data":{"id":"tx-1"}}'), success, "the same bytes are the same event");
  const later = await idOf('{"event":"deposit.success","data":{"id":"tx-1","updatedAt":"later"}}');
  t.not(later, success, "a success after a failure after a success is another event");
  t.match((await verify('{"event":"new.kind","data":null}')).eventId, /^new\.kind:[0-9a-f]{32}$/);
});

t.test("blockradar: each key in use signs, the keys of single wallets among them", async (t) => {
  const body = '{"event":"deposit.success","data":{"id":"tx-1"}}';
  const { webhooks, close } = buildProviders({
    blockradar: {
      apiKeys: ["next", "previous"],
      wallets: [{ walletReference: "w-1" }, { walletReference: "w-2", apiKey: "own" }],
    },
    publicUrl: "https://pay.example",
  });
  t.teardown(close);
  const port = webhooks.get("blockradar");
  for (const key of ["next", "previous", "own"]) {
    const headers = { "x-blockradar-signature": hex("sha512", key, body) };
    t.match(await port?.verifyWebhook({ rawBody: Buffer.from(body), headers, now: at(T) }), {
      eventId: /^deposit\.success:tx-1:/,
    });
  }
  const about = (wallet: string, key: string) => {
    const text = `{"event":"deposit.success","data":{"id":"tx-1","wallet":{"id":"${wallet}"}}}`;
    const delivery = { rawBody: Buffer.from(text), headers: { "x-blockradar-signature": hex("sha512", key, text) } };
    return port?.verifyWebhook({ ...delivery, now: at(T) }).then(
      () => "believed",
      (error: unknown) => (error as { reason: string }).reason,
    );
  };
  t.equal(await about("w-1", "own"), "bad_signature", "B8: the key of wallet 2 does not speak for wallet 1");
  t.equal(await about("w-9", "own"), "bad_signature");
  t.equal(await about("w-2", "own"), "believed");
  for (const wallet of ["w-1", "w-2"]) t.equal(await about(wallet, "next"), "believed", "the business speaks for all");
  const rawBody = Buffer.from(body);
  const headers = { "x-blockradar-signature": hex("sha512", "w-1", body) };
  if (!port) throw new Error("not built");
  t.equal(
    reasonOf(() => verifyBlockradarWebhook({ rawBody, headers, now: at(T) }, { apiKeys: ["next"] })),
    "bad_signature",
  );
  const refusal = await port.verifyWebhook({ rawBody, headers, now: at(T) }).catch((error: unknown) => error);
  t.match(refusal, { reason: "bad_signature" }, "a wallet's id is no key");
});

t.test("stripe: a thin event counts under the secret of thin events only, and nothing else does there", async (t) => {
  const secrets = { snapshot: ["whsec_snapshot"], thin: ["whsec_thin_old", "whsec_thin"] };
  const thin = '{"id":"evt_1","object":"v2.core.event","type":"v1.invoice.paid","created":"2026-11-21T08:00:00.000Z"}';
  const snapshot = '{"id":"evt_2","object":"event","type":"invoice.paid","created":1800000000}';
  const verify = (payload: string, secret: string) => {
    const header = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: T });
    const delivery = { rawBody: Buffer.from(payload), headers: { "stripe-signature": header }, now: at(T) };
    return verifyStripeWebhook(delivery, secrets);
  };
  t.match(verify(thin, "whsec_thin"), { type: "v1.invoice.paid", occurredAt: new Date("2026-11-21T08:00:00Z") });
  t.match(verify(snapshot, "whsec_snapshot"), { type: "invoice.paid" });
  t.equal(
    reasonOf(() => verify(thin, "whsec_snapshot")),
    "unreadable",
  );
  const confused = reasonOf(() => verify(snapshot, "whsec_thin"));
  t.equal(confused, "unreadable", "who signs thin events may not say what is in one");
  t.equal(
    reasonOf(() => verify(thin, "whsec_other")),
    "bad_signature",
  );
});
