import { AppError } from "../../../core/errors.js";

export const expiryInPast = (expiresAt: Date) =>
  new AppError("lots.expiry_in_past", `These credits would have expired at ${expiresAt.toISOString()} already.`);
