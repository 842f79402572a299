import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID } from "node:crypto";

/** A fresh API key in the form that the CDP portal hands out, and the public half for the sandbox. */
export function generateCoinbaseKey(): { apiKeyId: string; apiKeySecret: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { d = "", x = "" } = privateKey.export({ format: "jwk" });
  return {
    apiKeyId: randomUUID(),
    // The portal's Ed25519 secret is the 32-byte seed and the 32-byte public key, together, in base64.
    apiKeySecret: Buffer.concat([Buffer.from(d, "base64url"), Buffer.from(x, "base64url")]).toString("base64"),
    publicKey: publicKey.export({ format: "pem", type: "spki" }).toString(),
  };
}

/** Reads PEM SPKI or JWK JSON. Throws when it is not a public key that CDP would take. */
export function readPublicKey(text: string): { key: KeyObject; algorithm: "ES256" | "EdDSA" } {
  const key = text.trimStart().startsWith("{")
    ? createPublicKey({ key: JSON.parse(text) as JsonWebKey, format: "jwk" })
    : createPublicKey(text);
  if (key.asymmetricKeyType === "ed25519") return { key, algorithm: "EdDSA" };
  if (key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1") {
    return { key, algorithm: "ES256" };
  }
  throw new TypeError("the Coinbase public key must be Ed25519 or P-256");
}

/** The public half of an API key's secret in either form of the portal. Throws when it is neither. */
export function publicKeyOf(apiKeySecret: string): string {
  // One-line settings carry PEM with its line breaks written as \n.
  if (apiKeySecret.includes("-----BEGIN")) {
    return createPublicKey(apiKeySecret.replaceAll("\\n", "\n")).export({ format: "pem", type: "spki" }).toString();
  }
  const bytes = Buffer.from(apiKeySecret, "base64");
  if (bytes.length !== 64) throw new TypeError("the Coinbase key secret must be an EC PEM or 64 bytes of base64");
  return JSON.stringify({ kty: "OKP", crv: "Ed25519", x: bytes.subarray(32).toString("base64url") });
}
