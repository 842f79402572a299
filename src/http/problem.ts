import type { FastifyReply } from "fastify";
import { z } from "zod";
import { AppError } from "../core/errors.js";
import type { RefusalCode } from "../core/refusals.js";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** RFC 9457. Extension members such as `available` may follow. */
export const Problem = z
  .looseObject({
    type: z.string().meta({ description: "Where the kind of problem is explained; `code` repeats its last part." }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: "Stable, for programs to switch on." }),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({
    id: "Problem",
    examples: [
      {
        type: "/problems#wallets.insufficient_balance",
        title: "Payment Required",
        status: 402,
        detail: "The available balance is 3 CREDIT; 5 CREDIT were asked for.",
        code: "wallets.insufficient_balance",
        requestId: "req-1",
        available: 3,
      },
    ],
  });

/** Response entries that every route has; refusals are rendered by one place and share one shape. */
export const problems = {
  "4xx": {
    description: "Refused. See `code`.",
    content: { "application/problem+json": { schema: Problem } },
  },
  "5xx": {
    description: "Our own trouble; ask again with the same idempotency key.",
    content: { "application/problem+json": { schema: Problem } },
  },
} as const;

/** What `type` says of a refusal: the place on this service's page of refusals that explains it (RFC 9457 §3.1.1). */
export const problemType = (code: RefusalCode): string => `/problems#${code}`;

/** The problem document of a refusal, as text. */
export function problemBody(error: AppError, requestId: string): string {
  const { errors, members } = error.extras;
  return JSON.stringify({
    type: problemType(error.code),
    title: TITLES[error.status] ?? "Error",
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(errors ? { errors } : {}),
    ...members,
  });
}

/** Sends a refusal as a problem document, with the headers that belong to its status. */
export function sendProblem(reply: FastifyReply, error: AppError): FastifyReply {
  if (error.extras.retryAfter !== undefined) void reply.header("retry-after", String(error.extras.retryAfter));
  if (error.status === 401) void reply.header("www-authenticate", 'Bearer realm="coffer"');
  return reply
    .code(error.status)
    .type("application/problem+json; charset=utf-8")
    .send(problemBody(error, reply.request.id));
}

export const internalError = (cause: unknown): AppError =>
  new AppError("service.internal", "Something went wrong on our side. The request id helps us find it.", {
    cause,
  });
