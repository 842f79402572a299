import type { Readable } from "node:stream";
import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { badSignature, exportExpired, exportNotFound, linkExpired } from "../errors.js";
import * as queries from "../queries/index.js";
import { FORMATS } from "../rules/kinds.js";
import type { ExportId } from "../types.js";
import type { ExportDeps } from "./deps.js";
import { isOurLink, signedLink } from "./sign-link.js";

/** An export and, while its file is there, a link to it. */
export interface ExportView {
  readonly row: queries.ExportRow;
  readonly link: { readonly url: string; readonly expiresAt: Date } | undefined;
}

/** An export with a new link. Throws `exports.not_found` (404). */
export async function getExport(deps: ExportDeps, id: ExportId): Promise<ExportView> {
  const row = await queries.findExport(deps.db.read, id);
  if (!row) throw exportNotFound(id);
  return { row, link: linkTo(deps, row) };
}

function linkTo({ clock, exportPolicy: policy }: ExportDeps, row: queries.ExportRow): ExportView["link"] {
  const [secret] = policy.secrets;
  const now = clock.now().getTime();
  if (row.status !== "ready" || row.expiresAt === null || row.expiresAt.getTime() <= now || secret === undefined)
    return undefined;
  // To the second: that is how a link says it.
  const until = Math.floor(Math.min(now + policy.linkMs, row.expiresAt.getTime()) / 1_000) * 1_000;
  const expiresAt = new Date(until);
  return { url: signedLink(secret, policy.publicUrl, row.id, expiresAt), expiresAt };
}

/** Exports, newest first, without links. */
export const listExports = (
  deps: ExportDeps,
  filter: Parameters<typeof queries.listExports>[1],
  page: PageQuery,
): Promise<Page<queries.ExportRow>> =>
  pageById("exp", page, (before, limit) => queries.listExports(deps.db.read, filter, before, limit));

export interface Download {
  readonly stream: Readable;
  readonly mediaType: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Opens a file for whoever has a link to it, and notes that. Throws `exports.bad_signature` (403), `exports.link_expired` and
 * `exports.expired` (410), and `exports.not_found` (404).
 */
export async function openDownload(
  deps: ExportDeps,
  id: ExportId,
  { expires, signature }: { readonly expires: number; readonly signature: string },
): Promise<Download> {
  if (!isOurLink(deps.exportPolicy.secrets, id, expires, signature)) throw badSignature();
  const now = deps.clock.now();
  if (expires * 1_000 <= now.getTime()) throw linkExpired();
  const row = await queries.findExport(deps.db.read, id);
  if (row?.file === null || row?.sha256 === null || row === undefined) throw exportNotFound(id);
  if (row.status === "expired" || row.expiresAt === null || row.expiresAt <= now) throw exportExpired(id);
  const stream = await deps.exportStore.open(row.file);
  // Somebody removed it by hand.
  if (!stream) throw exportExpired(id);
  const details = { linkExpiresAt: new Date(expires * 1_000).toISOString() };
  const line = { actor: SYSTEM_ACTOR, action: "downloadExport", resource: id, details };
  try {
    await deps.db.transaction((tx) => recordAudit(deps, tx, [line]));
  } catch (error) {
    stream.destroy();
    throw error;
  }
  const { mediaType, extension } = FORMATS[row.format];
  const day = (at: Date) => at.toISOString().slice(0, 10);
  const fileName = `coffer-${row.kind}-${row.format}-${day(row.fromAt)}-${day(row.toAt)}.${extension}`;
  return { stream, mediaType, fileName, bytes: Number(row.byteCount ?? 0n), sha256: row.sha256 };
}
