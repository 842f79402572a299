import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from "jose";
import type { Caller } from "../../core/access.js";
import { proxiedFetch } from "../../http/egress.js";

/** Tells whose JWT it is, or undefined when it is not acceptable for whatever reason. */
export type JwtVerifier = (token: string) => Promise<Caller | undefined>;

export interface JwtSettings {
  readonly secret?: string | undefined;
  readonly jwksUrl?: string | undefined;
  readonly issuer: string;
  readonly audience: string;
  readonly now: () => Date;
}

const CUSTOMER_ID = /^[A-Za-z0-9_.:@-]{1,128}$/;

/**
 * Accepts HS256 with the secret, or ES256, EdDSA and RS256 with keys of the JWKS; nothing else, whatever the token's header
 * says. Issuer, audience, expiry and subject are required. The subject is the customer; every JWT has role `customer`.
 */
export function createJwtVerifier(settings: JwtSettings): JwtVerifier {
  const options = (): JWTVerifyOptions => ({
    issuer: settings.issuer,
    audience: settings.audience,
    algorithms: settings.secret === undefined ? ["ES256", "EdDSA", "RS256"] : ["HS256"],
    requiredClaims: ["exp", "sub"],
    clockTolerance: 5,
    currentDate: settings.now(),
  });
  const verify = keyedVerifier(settings);
  return async (token) => {
    try {
      const { payload } = await verify(token, options());
      return callerOf(payload);
    } catch (error) {
      // An unreachable key set is our trouble, not the token's.
      if (error instanceof (await jose()).errors.JWKSTimeout) throw error;
      return undefined;
    }
  };
}

// Loaded with the first token: many installations see none, and a start does without.
const jose = () => import("jose");

function keyedVerifier(
  settings: JwtSettings,
): (token: string, options: JWTVerifyOptions) => Promise<{ payload: JWTPayload }> {
  if (settings.secret !== undefined) {
    const secret = new TextEncoder().encode(settings.secret);
    return async (token, options) => (await jose()).jwtVerify(token, secret, options);
  }
  if (settings.jwksUrl === undefined) throw new Error("JWTs need a secret or a JWKS");
  const url = new URL(settings.jwksUrl);
  let keys: JWTVerifyGetKey | undefined;
  return async (token, options) => {
    const { createRemoteJWKSet, customFetch, jwtVerify } = await jose();
    const proxied = keys ? undefined : await proxiedFetch();
    keys ??= createRemoteJWKSet(url, {
      timeoutDuration: 3_000,
      cooldownDuration: 10_000,
      ...(proxied ? { [customFetch]: proxied } : {}),
    });
    return jwtVerify(token, keys, options);
  };
}

function callerOf(payload: JWTPayload): Caller | undefined {
  const customerId = payload.sub;
  if (customerId === undefined || !CUSTOMER_ID.test(customerId)) return undefined;
  return { id: `jwt:${customerId}`, role: "customer", customerId };
}
