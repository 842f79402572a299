export * from "./breaks.js";
export * from "./import.js";
export * from "./match.js";
export * from "./runs.js";
