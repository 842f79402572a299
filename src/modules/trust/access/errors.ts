import { AppError } from "../../../core/errors.js";

export const keyNotFound = (id: string) => new AppError("access.key_not_found", `No API key ${id}.`);
export const principalNotFound = (id: string) => new AppError("access.principal_not_found", `No principal ${id}.`);
export const expiryInPast = () => new AppError("access.expiry_in_past", "`expiresAt` is in the past.");
export const kindDiffers = (name: string, kind: string) =>
  new AppError(
    "access.principal_kind_differs",
    `The principal ${name} exists as a ${kind}. Use another name, or leave \`kind\` out.`,
  );
export const keyEnded = (id: string) =>
  new AppError("access.key_ended", `The API key ${id} was revoked or has expired. Create a new key instead.`);
export const othersKey = () =>
  new AppError("access.forbidden", "Only an admin may rotate the key of another principal.");
export const keysUnavailable = (cause: unknown) =>
  new AppError("access.keys_unavailable", "The keys that verify JWTs cannot be fetched right now. Retry.", {
    retryAfter: 5,
    cause,
  });
