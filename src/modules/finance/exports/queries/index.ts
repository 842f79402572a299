export * from "./books.js";
export * from "./exports.js";
