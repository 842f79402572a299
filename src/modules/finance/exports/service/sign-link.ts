import { createHmac, timingSafeEqual } from "node:crypto";
import type { ExportId } from "../types.js";

const signatureOf = (secret: string, id: string, expires: number): Buffer =>
  createHmac("sha256", secret).update(`${id}.${expires}`).digest();

/** The address of a file, good until a moment, for whoever has it. */
export function signedLink(secret: string, publicUrl: string, id: ExportId, expiresAt: Date): string {
  const expires = Math.floor(expiresAt.getTime() / 1_000);
  const signature = signatureOf(secret, id, expires).toString("hex");
  return `${publicUrl}/v1/exports/${id}/download?expires=${expires}&signature=${signature}`;
}

/** Whether one of the secrets made this signature. Takes as long whatever is wrong with it. */
export function isOurLink(secrets: readonly string[], id: string, expires: number, signature: string): boolean {
  const given = Buffer.from(signature, "hex");
  const matches = secrets.map((secret) => {
    const ours = signatureOf(secret, id, expires);
    return given.length === ours.length && timingSafeEqual(given, ours);
  });
  return matches.includes(true);
}
