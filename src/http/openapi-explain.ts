import type { Access } from "../core/access.js";
import { type RefusalCode, statusOf } from "../core/refusals.js";
import { MEMBERS, OPERATIONS, PARAMETERS } from "./openapi-words.js";
import type { RouteRecord } from "./server.js";

/** As much of the document as is changed here. */
interface Schema {
  description?: string;
  $ref?: string;
  properties?: Record<string, Schema>;
  [more: string]: unknown;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
}
interface Response {
  description: string;
  content?: Record<string, { schema: Schema; example?: unknown }>;
}
interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: unknown;
  responses: Record<string, Response | { $ref: string }>;
  "x-roles"?: readonly string[];
  "x-refusals"?: readonly string[];
  "x-dry-run"?: unknown;
}
export interface Document {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema>; responses?: Record<string, unknown> };
}

/** What was read off the service: replies that it gave, and the codes that its operations may refuse with, both by operation. */
export interface Spoken {
  readonly examples: Readonly<Record<string, unknown>>;
  readonly refusals: Readonly<Record<string, readonly RefusalCode[]>>;
}

/**
 * Says in the document what the routes' configuration says: roles, keys, refusals; what every part of it means; and what was
 * really answered, by operation.
 */
export function explain(document: Document, routes: readonly RouteRecord[], { examples, refusals }: Spoken): void {
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(operations)) {
      const route = routes.find((each) => each.method.toLowerCase() === method && templateOf(each.url) === path);
      if (route) explainOperation(operation, route, refusals[operation.operationId ?? ""] ?? []);
      showReply(operation, examples[operation.operationId ?? ""]);
    }
  }
  const { schemas = {} } = document.components ?? {};
  for (const [name, schema] of Object.entries(schemas)) explainMembers(schema, name);
  for (const operations of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(operations)) explainMembers(operation, operation.operationId ?? "");
  }
  document.components = { ...document.components, responses: REFUSALS };
}

// So that a request that is copied from the document is one that works.
const KEY_EXAMPLE = "order-1042";

const templateOf = (url: string): string => url.replace(/:(\w+)/g, "{$1}");

function explainOperation(operation: Operation, route: RouteRecord, codes: readonly RefusalCode[]): void {
  const dryRun = takePreviewOut(operation);
  const roles = rolesOf(route.access);
  operation.description = [
    operation.description ?? OPERATIONS[operation.operationId ?? ""],
    dryRun,
    roles && `Roles: ${roles.map((role) => `\`${role}\``).join(", ")}.`,
    codes.length > 0 && `Refusals of its own: ${codes.map((code) => `\`${code}\` (${statusOf(code)})`).join(", ")}.`,
  ]
    .filter(Boolean)
    .join("\n\n");
  if (roles) operation["x-roles"] = roles;
  if (codes.length > 0) operation["x-refusals"] = codes;
  for (const parameter of operation.parameters ?? []) {
    parameter.description ??= PARAMETERS[parameter.name] ?? "";
    const isKey = parameter.in === "header" && parameter.name === "idempotency-key";
    if (isKey) parameter.example = KEY_EXAMPLE;
    if (isKey && route.idempotency !== "optional") parameter.required = true;
  }
  addKeyParameter(operation, route);
  for (const status of ["4XX", "5XX", "4xx", "5xx"]) delete operation.responses[status];
  for (const status of refusalsOf(operation, route, codes)) {
    operation.responses[status] ??= { $ref: `#/components/responses/${NAMES[status]}` };
  }
}

// A preview that has another shape than the reply itself would make clients think that either may come.
function takePreviewOut(operation: Operation): string | undefined {
  const [preview, made] = ["200", "201"].map((status) => {
    const response = operation.responses[status];
    return response && "content" in response ? response.content?.["application/json"]?.schema : undefined;
  });
  if (!preview || !made || JSON.stringify(preview) === JSON.stringify(made)) return undefined;
  if (!operation.parameters?.some(({ name }) => name === "dryRun")) return undefined;
  delete operation.responses["200"];
  operation["x-dry-run"] = { status: 200, schema: preview };
  const name = preview.$ref?.split("/").at(-1);
  return `With \`dryRun=true\` the reply is 200 with ${name ? `a \`${name}\`` : "what would happen"}, under \`x-dry-run\` here.`;
}

/** The status of a reply to a request that did what it is for: a preview is not shown where there is more. */
export const successOf = (responses: Readonly<Record<string, unknown>>): string | undefined =>
  ["201", "200", "202"].find((status) => responses[status] !== undefined);

function showReply(operation: Operation, example: unknown): void {
  const response = operation.responses[successOf(operation.responses) ?? ""];
  const reply = response && "content" in response ? response.content?.["application/json"] : undefined;
  if (reply && example !== undefined) reply.example = example;
}

const rolesOf = (access: Access): readonly string[] | undefined => (access === "public" ? undefined : access.roles);

// Every POST with a policy takes the header, whether or not its schema says so.
function addKeyParameter(operation: Operation, route: RouteRecord): void {
  if (route.idempotency === undefined || operation.parameters?.some(({ name }) => name === "idempotency-key")) return;
  const parameter = {
    name: "idempotency-key",
    in: "header",
    required: route.idempotency !== "optional",
    description: "1 to 255 visible characters, unique per intended effect.",
    example: KEY_EXAMPLE,
    schema: { type: "string" },
  };
  operation.parameters = [...(operation.parameters ?? []), parameter];
}

/** The statuses of refusals that an operation may answer: those of any request like it, and those of its own codes. */
function refusalsOf(operation: Operation, route: RouteRecord, codes: readonly RefusalCode[]): string[] {
  const isPublic = route.access === "public";
  const statuses = [
    400,
    ...(isPublic ? [] : [401, 403]),
    ...(route.url.startsWith("/webhooks/") ? [401] : []),
    ...codes.map(statusOf),
    ...(route.idempotency === undefined ? [] : [409, 422]),
    ...(operation.requestBody ? [413, 415] : []),
    ...[429, 500, 503],
  ];
  return [...new Set(statuses)].sort((a, b) => a - b).map(String);
}

function explainMembers(value: unknown, owner: string): void {
  if (value === null || typeof value !== "object") return;
  const { properties } = value as Schema;
  // A member may itself be called `properties`; one of a schema is an object of schemas.
  if (properties !== undefined && typeof properties === "object") {
    for (const [name, member] of Object.entries(properties)) {
      if (member === null || typeof member !== "object" || member.description !== undefined) continue;
      const words = MEMBERS[`${owner.replace(/Input$/, "")}.${name}`] ?? MEMBERS[name];
      // Siblings of a reference are allowed since OpenAPI 3.1, but generators ignore them or stumble.
      if (words !== undefined && member.$ref === undefined) member.description = words;
    }
  }
  for (const member of Object.values(value)) explainMembers(member, owner);
}

const NAMES: Readonly<Record<string, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  402: "PaymentRequired",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Gone",
  413: "ContentTooLarge",
  415: "UnsupportedMediaType",
  422: "UnprocessableContent",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
};

/** One refusal of each status, as the service words them. */
const SAID: readonly (readonly [
  status: number,
  title: string,
  code: string,
  when: string,
  detail: string,
  more?: object,
])[] = [
  [
    400,
    "Bad Request",
    "request.invalid",
    "The request is not what its schema says.",
    "The request does not match its schema.",
    {
      errors: [{ pointer: "/amount", detail: "Too small: expected number to be >=1" }],
    },
  ],
  [
    401,
    "Unauthorized",
    "access.unauthorized",
    "No valid credential, or no valid signature.",
    "Send a valid API key or JWT as `Authorization: Bearer ...`.",
  ],
  [
    402,
    "Payment Required",
    "wallets.insufficient_balance",
    "The balance is not enough.",
    "The available balance is 3 CREDIT; 5 CREDIT were asked for.",
    { available: 3, asset: "CREDIT" },
  ],
  [
    403,
    "Forbidden",
    "access.forbidden",
    "The role may not do this, or a second person must.",
    "The role support may not do this.",
  ],
  [
    404,
    "Not Found",
    "wallets.not_found",
    "There is no such thing, or the caller may not know of it.",
    "No wallet wal_01h455vb4pex5vsknk084sn02q.",
  ],
  [
    409,
    "Conflict",
    "request.in_flight",
    "The state of things does not allow it now.",
    "A request with this Idempotency-Key is still being worked on.",
  ],
  [
    410,
    "Gone",
    "exports.link_expired",
    "It was there, and its time is over.",
    "The link has expired. GET the export again for a new one.",
  ],
  [
    413,
    "Content Too Large",
    "request.too_large",
    "The body is too large.",
    "The body is larger than this route accepts.",
  ],
  [
    415,
    "Unsupported Media Type",
    "request.unsupported_media_type",
    "The body is of another type.",
    "Send the body as application/json.",
  ],
  [
    422,
    "Unprocessable Content",
    "request.idempotency_key_reused",
    "Understood, and refused: see `code`.",
    "This Idempotency-Key was already used for a different request.",
  ],
  [
    429,
    "Too Many Requests",
    "request.rate_limited",
    "Too much at once; `Retry-After` says when to come again.",
    "Too many requests; slow down.",
  ],
  [
    500,
    "Internal Server Error",
    "service.internal",
    "A defect of ours. The request id helps us find it.",
    "Something went wrong on our side. The request id helps us find it.",
  ],
  [
    503,
    "Service Unavailable",
    "service.unavailable",
    "Our own trouble, or a provider's: ask again with the same Idempotency-Key.",
    "The database is restarting.",
  ],
];

const REFUSALS = Object.fromEntries(
  SAID.map(([status, title, code, when, detail, more]) => [
    NAMES[status] ?? "",
    {
      description: when,
      ...(status === 429 || status === 503
        ? { headers: { "Retry-After": { description: "Seconds to wait.", schema: { type: "integer" } } } }
        : {}),
      content: {
        "application/problem+json": {
          schema: { $ref: "#/components/schemas/Problem" },
          example: {
            type: `/problems#${code}`,
            title,
            status,
            detail,
            code,
            requestId: "2f1c9a52-7d0e-4c3f-9a53-0d4f6a1b8e77",
            ...more,
          },
        },
      },
    },
  ]),
);
