import { SignJWT } from "jose";
import { JWT_SECRET } from "./service.js";

/** A customer's JWT as the test service accepts it; `claims` and `header` replace what a test is about. */
export async function customerToken(
  sub: string,
  { claims = {}, alg = "HS256", secret = JWT_SECRET, expires = "5m" as string | null } = {},
): Promise<string> {
  const jwt = new SignJWT({ iss: "test-issuer", aud: "coffer", sub, ...claims })
    .setProtectedHeader({ alg })
    .setIssuedAt();
  if (expires !== null) jwt.setExpirationTime(expires);
  return jwt.sign(new TextEncoder().encode(secret));
}
