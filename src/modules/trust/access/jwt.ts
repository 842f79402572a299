import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions, JWTVerifyResult } from "jose";
import type { Caller } from "../../../core/access.js";
import { CUSTOMER_ID } from "../../../core/customer-ids.js";
import { proxiedFetch } from "../../../http/egress.js";
import { keysUnavailable } from "./errors.js";

/** Tells whose JWT it is, or undefined when it is not acceptable for whatever reason. */
export type JwtVerifier = (token: string) => Promise<Caller | undefined>;

export interface JwtSettings {
  readonly secret?: string | undefined;
  readonly jwksUrl?: string | undefined;
  readonly issuer: string;
  readonly audience: string;
  /** How long a token may be good for, from its `iat` on, whatever its `exp` says. */
  readonly maxAgeSeconds: number;
  readonly now: () => Date;
}

const TOLERANCE_SECONDS = 5;

/**
 * Accepts HS256 with the secret, or ES256, EdDSA and RS256 with keys of the JWKS; nothing else, whatever the token's header
 * says. Issuer, audience, expiry, time of issue and subject are required, and a token of another kind (`typ`, RFC 8725 §3.11) or
 * of too long a life is refused. The subject is the customer; every JWT has role `customer`. Throws `access.keys_unavailable`
 * (503) when the key set cannot be had: that is not the token's fault.
 */
export function createJwtVerifier(settings: JwtSettings): JwtVerifier {
  const options = (): JWTVerifyOptions => ({
    issuer: settings.issuer,
    audience: settings.audience,
    algorithms: settings.secret === undefined ? ["ES256", "EdDSA", "RS256"] : ["HS256"],
    requiredClaims: ["exp", "iat", "sub"],
    maxTokenAge: settings.maxAgeSeconds,
    clockTolerance: TOLERANCE_SECONDS,
    currentDate: settings.now(),
  });
  const verify = keyedVerifier(settings);
  return async (token) => {
    try {
      const { payload, protectedHeader } = await verify(token, options());
      return isAcceptedKind(protectedHeader.typ) && livesBriefly(payload, settings) ? callerOf(payload) : undefined;
    } catch (error) {
      if (isTokensFault(error)) return undefined;
      throw keysUnavailable(error);
    }
  };
}

// An access token of RFC 9068, or one that says nothing in particular. One that was made for something else is not for us.
const isAcceptedKind = (typ: unknown): boolean =>
  typ === undefined || (typeof typ === "string" && /^(application\/)?(jwt|at\+jwt)$/i.test(typ));

const livesBriefly = ({ exp = 0, iat = 0 }: JWTPayload, { maxAgeSeconds }: JwtSettings): boolean =>
  exp - iat <= maxAgeSeconds + TOLERANCE_SECONDS;

/** jose's codes for what is wrong with a token. Anything else is about the keys, or about us. */
const TOKENS_FAULTS: ReadonlySet<unknown> = new Set([
  "ERR_JOSE_ALG_NOT_ALLOWED",
  "ERR_JOSE_NOT_SUPPORTED",
  "ERR_JWS_INVALID",
  "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
  "ERR_JWT_CLAIM_VALIDATION_FAILED",
  "ERR_JWT_EXPIRED",
  "ERR_JWT_INVALID",
  "ERR_JWKS_NO_MATCHING_KEY",
  "ERR_JWKS_MULTIPLE_MATCHING_KEYS",
]);

const isTokensFault = (error: unknown): boolean =>
  error instanceof Error && "code" in error && TOKENS_FAULTS.has(error.code);

// Loaded with the first token: many installations see none, and a start does without.
const jose = () => import("jose");

type RemoteKeys = ReturnType<Awaited<ReturnType<typeof jose>>["createRemoteJWKSet"]>;
type Verified = Pick<JWTVerifyResult, "payload" | "protectedHeader">;

// After a failure the key set is left alone for a moment: every request of an outage would wait for it otherwise.
const LEAVE_ALONE_MS = 2_000;

function keyedVerifier(settings: JwtSettings): (token: string, options: JWTVerifyOptions) => Promise<Verified> {
  if (settings.secret !== undefined) {
    const secret = new TextEncoder().encode(settings.secret);
    return async (token, options) => (await jose()).jwtVerify(token, secret, options);
  }
  if (settings.jwksUrl === undefined) throw new Error("JWTs need a secret or a JWKS");
  const url = new URL(settings.jwksUrl);
  let keys: RemoteKeys | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  return async (token, options) => {
    const { createRemoteJWKSet, customFetch, jwtVerify } = await jose();
    const proxied = keys ? undefined : await proxiedFetch();
    keys ??= createRemoteJWKSet(url, {
      timeoutDuration: 3_000,
      cooldownDuration: 10_000,
      ...(proxied ? { [customFetch]: proxied } : {}),
    });
    const remote = keys;
    // Asked only once the token's own header is acceptable. Keys that were had before are good for a while, whatever the key
    // set answers now.
    const keyFor: JWTVerifyGetKey = (header, jws) => {
      if (remote.jwks() !== undefined || performance.now() - failedAt >= LEAVE_ALONE_MS) return remote(header, jws);
      throw new Error("the key set could not be had a moment ago");
    };
    try {
      return await jwtVerify(token, keyFor, options);
    } catch (error) {
      if (!isTokensFault(error)) failedAt = performance.now();
      throw error;
    }
  };
}

function callerOf(payload: JWTPayload): Caller | undefined {
  const customerId: unknown = payload.sub;
  // A claim may be any JSON, and a regular expression would test its text: null is the customer "null".
  if (typeof customerId !== "string" || !CUSTOMER_ID.test(customerId)) return undefined;
  return { id: `jwt:${customerId}`, role: "customer", customerId };
}
