import { chart, type StatusOf } from "../../../../kernel/charts.js";

/** What may become of a file that somebody asked for. It moves no money. */
export const exportChart = chart({
  name: "export",
  table: "exports",
  statuses: ["queued", "running", "ready", "failed", "expired"],
  final: ["failed", "expired"],
  begins: [{ to: "queued", by: ["caller"] }],
  transitions: [
    { from: ["queued"], to: "running", by: ["worker"] },
    { from: ["running"], to: "ready", by: ["worker"] },
    { from: ["running"], to: "failed", by: ["worker"] },
    // The file has been kept for as long as the settings say.
    { from: ["ready"], to: "expired", by: ["sweeper"] },
  ],
});

export type ExportStatus = StatusOf<typeof exportChart>;
