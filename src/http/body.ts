import type { FastifyInstance } from "fastify";
import { JsonRefusal, parseStrictJson } from "../core/strict-json.js";

/** Replaces Fastify's JSON parser by one that refuses repeated keys, bad UTF-8 and prototype keys. */
export function registerStrictJson(app: FastifyInstance): void {
  app.removeContentTypeParser(["application/json", "text/plain"]);
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    if (body.length === 0) {
      done(new JsonRefusal("The body is empty."));
      return;
    }
    try {
      done(null, parseStrictJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}
