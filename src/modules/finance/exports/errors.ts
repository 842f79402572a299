import { AppError } from "../../../core/errors.js";
import type { ExportFailure } from "./types.js";

export const exportNotFound = (id: string) => new AppError("exports.not_found", `No export ${id}.`);

export const exportsNotConfigured = () =>
  new AppError("exports.not_configured", "Exports are off: EXPORTS_SIGNING_SECRETS is not set.");

export const formatUnsuited = (kind: string, format: string, formats: readonly string[]) =>
  new AppError(
    "exports.format_unsuited",
    `An export of kind ${kind} does not come as ${format}, but as ${formats.join(", ")}.`,
    { members: { formats: formats.join(", ") } },
  );

export const fieldUnsuited = (detail: string) => new AppError("exports.field_unsuited", detail);

export const assetUnsuited = (asset: string, format: string) =>
  new AppError("exports.asset_unsuited", `${format} takes currencies of ISO 4217; ${asset} is none.`);

export const mappingUnsuited = (account: string) =>
  new AppError("exports.mapping_unsuited", `The mapping names ${account}, which is no account of the ledger.`);

export const windowReversed = () => new AppError("exports.window_reversed", "`from` must be before `to`.");

export const windowOpen = (settledAt: Date) =>
  new AppError(
    "exports.window_open",
    `\`to\` may be ${settledAt.toISOString()} at the latest: what is newer may change.`,
    {
      members: { settledAt: settledAt.toISOString() },
    },
  );

export const windowTooWide = (format: string, maxDays: number) =>
  new AppError("exports.window_too_wide", `A window of ${format} is of at most ${maxDays} days.`, {
    members: { maxDays },
  });

export const badSignature = () => new AppError("exports.bad_signature", "The link was not made by this service.");
export const linkExpired = () =>
  new AppError("exports.link_expired", "The link has expired. GET the export again for a new one.");
export const exportExpired = (id: string) =>
  new AppError("exports.expired", `The file of ${id} was removed after its time. Request the export again.`);

/** Why a file cannot be made, now or later. The export fails with it. */
export class ExportFailed extends Error {
  readonly failure: ExportFailure;

  constructor(code: ExportFailure["code"], message: string) {
    super(message);
    this.name = "ExportFailed";
    this.failure = { code, message };
  }
}
