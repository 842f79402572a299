/**
 * Request tokens of the Coinbase Developer Platform (CDP), as its SDK makes them (coinbase/cdp-sdk auth/utils/jwt.ts): one
 * token per request, valid 120 s, naming the method, host and path. Keys are an EC PEM (the portal hands out SEC1, often with
 * literal `\n`) or base64 of Ed25519's 32-byte seed followed by its public key.
 */
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import type { Clock } from "../../core/clock.js";

const LIFETIME_S = 120;

export interface CoinbaseKey {
  readonly id: string;
  readonly algorithm: "ES256" | "EdDSA";
  readonly key: KeyObject;
}

/**
 * Reads an API key secret in any of the forms that Coinbase hands out. Throws a RangeError, which never contains the secret,
 * when it is none of them.
 */
export function readCoinbaseKey(id: string, secret: string): CoinbaseKey {
  const text = secret.replaceAll("\\n", "\n").trim();
  const key = text.startsWith("-----BEGIN") ? readPem(text) : readEd25519(text);
  if (key.asymmetricKeyType === "ed25519") return { id, algorithm: "EdDSA", key };
  if (key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1") {
    return { id, algorithm: "ES256", key };
  }
  throw new RangeError("the Coinbase API key secret must be a P-256 or an Ed25519 key");
}

function readPem(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new RangeError("the Coinbase API key secret is not a readable PEM key");
  }
}

function readEd25519(text: string): KeyObject {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 64) {
    throw new RangeError("the Coinbase API key secret is neither a PEM key nor base64 of 64 bytes");
  }
  const x = bytes.subarray(32).toString("base64url");
  const key = createPrivateKey({
    key: { kty: "OKP", crv: "Ed25519", d: bytes.subarray(0, 32).toString("base64url"), x },
    format: "jwk",
  });
  if (createPublicKey(key).export({ format: "jwk" }).x !== x) {
    throw new RangeError("the Coinbase API key secret is damaged: its halves do not belong together");
  }
  return key;
}

/** A bearer token for one request. `url`'s query is not part of what is signed. */
export async function signCoinbaseRequest(key: CoinbaseKey, method: string, url: URL, clock: Clock): Promise<string> {
  const { SignJWT } = await import("jose");
  const now = Math.floor(clock.now().getTime() / 1_000);
  return new SignJWT({ uris: [`${method} ${url.host}${url.pathname}`] })
    .setProtectedHeader({ alg: key.algorithm, kid: key.id, typ: "JWT", nonce: randomBytes(16).toString("hex") })
    .setSubject(key.id)
    .setIssuer("cdp")
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + LIFETIME_S)
    .sign(key.key);
}
