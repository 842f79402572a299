import type { Socket } from "node:net";
import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import { AppError } from "../core/errors.js";
import type { RefusalCode } from "../core/refusals.js";
import { JsonRefusal } from "../core/strict-json.js";
import { databaseUnavailable } from "../db/pg-errors.js";
import { internalError, problemBody, sendProblem } from "./problem.js";
import { DATA_HEADERS } from "./security-headers.js";

/** Fastify's own refusals, by its error code. */
const FASTIFY_REFUSALS: Readonly<Record<string, [code: RefusalCode, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["request.too_large", "The body is larger than this route accepts."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["request.unsupported_media_type", "Send the body as application/json."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["request.malformed", "Content-Length does not match the body."],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["request.malformed", "The body is empty."],
  FST_ERR_BAD_URL: ["request.malformed", "The path is not a valid URL path."],
  FST_ERR_MAX_PARAM_LENGTH: ["request.malformed", "A path segment is too long."],
};

/** Turns whatever was thrown into the one refusal that is shown; logs only what is our fault. */
function toRefusal(error: FastifyError, request: FastifyRequest): AppError {
  if (error instanceof AppError) {
    if (error.status >= 500) request.log.warn({ err: error.extras.cause ?? error, code: error.code }, "refused");
    return error;
  }
  if (error instanceof JsonRefusal) return new AppError("request.malformed", error.message);
  const known = FASTIFY_REFUSALS[error.code];
  if (known) return new AppError(...known);
  const unavailable = databaseUnavailable(error);
  if (unavailable) {
    request.log.warn({ err: error }, "database unavailable");
    return unavailable;
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError("request.malformed", "The request could not be understood.");
  }
  request.log.error({ err: error }, "unexpected error");
  return internalError(error);
}

/** Registers the error and not-found handlers. `methodsOf` lists what a path would answer to. */
export function registerErrorHandlers(app: FastifyInstance, methodsOf: (path: string) => string[]): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(reply, toRefusal(error, request)));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "/";
    const methods = methodsOf(path);
    if (methods.length === 0)
      return sendProblem(
        reply,
        new AppError(
          "request.not_found",
          "There is no such path. `/docs` and `/openapi.json` list those that there are.",
        ),
      );
    void reply.header("allow", methods.join(", "));
    return sendProblem(reply, new AppError("request.method_not_allowed", `This path supports ${methods.join(", ")}.`));
  });
}

/** Answers on the bare socket for requests that never became one: bad syntax, huge headers, too slow. */
export function onClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, code, detail] =
    error.code === "HPE_HEADER_OVERFLOW"
      ? ([
          431,
          "Request Header Fields Too Large",
          "request.headers_too_large",
          "The request line or headers are too large.",
        ] as const)
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? ([408, "Request Timeout", "request.timeout", "The request took too long to arrive."] as const)
        : ([400, "Bad Request", "request.malformed", "The request is not valid HTTP."] as const);
  const body = problemBody(new AppError(code, detail), "none");
  const safety = Object.entries(DATA_HEADERS)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/problem+json; charset=utf-8\r\n${safety}cache-control: no-store\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
