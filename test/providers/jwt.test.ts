import { generateKeyPairSync, randomBytes } from "node:crypto";
import { decodeProtectedHeader, jwtVerify } from "jose";
import t from "tap";
import { toUuidV4 } from "../../src/providers/coinbase/client.js";
import { readCoinbaseKey, signCoinbaseRequest } from "../../src/providers/coinbase/jwt.js";

const NOW = new Date("2026-11-20T12:00:00Z");
const clock = { now: () => NOW };
const URL_ASKED = new URL("https://business.coinbase.com/sandbox/api/v1/checkouts?pageSize=100");

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const sec1 = ec.privateKey.export({ type: "sec1", format: "pem" }).toString();
const pkcs8 = ec.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const ed = generateKeyPairSync("ed25519");
const edJwk = ed.privateKey.export({ format: "jwk" });
const ed64 = Buffer.concat([Buffer.from(edJwk.d ?? "", "base64url"), Buffer.from(edJwk.x ?? "", "base64url")]);

t.test("every form of key that Coinbase hands out signs tokens that verify", async (t) => {
  const forms = {
    "EC, SEC1": [sec1, ec.publicKey, "ES256"],
    "EC, SEC1, escaped newlines": [sec1.replaceAll("\n", "\\n"), ec.publicKey, "ES256"],
    "EC, PKCS8": [pkcs8, ec.publicKey, "ES256"],
    "Ed25519, base64 of 64 bytes": [ed64.toString("base64"), ed.publicKey, "EdDSA"],
    "Ed25519, PEM": [ed.privateKey.export({ type: "pkcs8", format: "pem" }).toString(), ed.publicKey, "EdDSA"],
  } as const;
  for (const [name, [secret, publicKey, algorithm]] of Object.entries(forms)) {
    const token = await signCoinbaseRequest(readCoinbaseKey("key-1", secret), "POST", URL_ASKED, clock);
    const { payload } = await jwtVerify(token, publicKey, { issuer: "cdp", subject: "key-1", currentDate: NOW });
    const header = decodeProtectedHeader(token);
    t.match(header, { alg: algorithm, kid: "key-1", typ: "JWT", nonce: /^[0-9a-f]{32}$/ }, name);
    t.same(payload.uris, ["POST business.coinbase.com/sandbox/api/v1/checkouts"], "no scheme, no query");
    t.equal(payload.iat, NOW.getTime() / 1_000);
    t.equal(payload.nbf, payload.iat);
    t.equal(payload.exp, NOW.getTime() / 1_000 + 120);
  }
});

t.test("no two tokens are alike", async (t) => {
  const key = readCoinbaseKey("key-1", ed64.toString("base64"));
  const sign = () => signCoinbaseRequest(key, "GET", URL_ASKED, clock);
  t.not(await sign(), await sign());
});

t.test("an unusable key is refused at once and never repeated in the error", async (t) => {
  const damaged = Buffer.from(ed64);
  damaged.writeUInt8(damaged.readUInt8(40) ^ 1, 40);
  const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const bad = {
    empty: "",
    "32 bytes": randomBytes(32).toString("base64"),
    "halves that do not belong together": damaged.toString("base64"),
    "cut PEM": sec1.slice(0, 80),
    "another curve": p384.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
  for (const [name, secret] of Object.entries(bad)) {
    try {
      readCoinbaseKey("key-1", secret);
      t.fail(name);
    } catch (error) {
      t.type(error, RangeError, name);
      if (secret !== "") t.notOk(String(error).includes(secret.slice(0, 20)), "the secret is not in the message");
    }
  }
});

t.test("an idempotency key is always the same UUIDv4", async (t) => {
  t.match(toUuidV4("pay_1"), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  t.equal(toUuidV4("pay_1"), toUuidV4("pay_1"));
  t.not(toUuidV4("pay_1"), toUuidV4("pay_2"));
});
