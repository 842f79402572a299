import Fastify, { type FastifyInstance } from "fastify";
import { errorMessage } from "./errors.js";
import { parseForm } from "./form.js";

function noSchemas(): never {
  throw new Error("sandbox routes have no schemas");
}

/** A Fastify that reads forms and JSON, and nothing else that it need not do. */
export function createApp(): FastifyInstance {
  const app = Fastify({
    logger: false,
    // Open keep-alive connections must not hold up stop().
    forceCloseConnections: true,
    // Loading the schema compilers is most of what a cold start costs, and nothing here has a schema.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, parseForm(String(body)));
    } catch (error) {
      done(Object.assign(new Error(errorMessage(error)), { statusCode: 400 }));
    }
  });
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      // Clients say JSON and send nothing on calls without parameters.
      done(null, body === "" ? {} : JSON.parse(String(body)));
    } catch {
      done(Object.assign(new Error("the body is not JSON"), { statusCode: 400 }));
    }
  });
  return app;
}

/** Whether Fastify refused the request itself (unreadable or too large a body, unknown media type). */
export function isBadRequest(error: unknown): boolean {
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500;
}
