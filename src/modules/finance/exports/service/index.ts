export type { ExportDeps, ExportPolicy } from "./deps.js";
export { makeExport, purgeExports, sweepExports } from "./make-export.js";
export { type ExportView, getExport, listExports, openDownload } from "./read-exports.js";
export { requestExport } from "./request-export.js";
export type { ExportStore } from "./store.js";
export { storeInS3 } from "./store-in-s3.js";
export { storeOnDisk } from "./store-on-disk.js";
