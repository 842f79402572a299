import { readFileSync } from "node:fs";
import type { operations } from "../../openapi/types.js";
import type { CallOptions, TestService } from "./service.js";

type JsonOf<Content> = Content extends { content: { "application/json": infer Body } } ? Body : undefined;

/** What an operation of the OpenAPI document answers when it succeeds. */
export type ReplyOf<Name extends keyof operations> = operations[Name]["responses"] extends infer Responses
  ? JsonOf<Responses[Extract<keyof Responses, 200 | 201 | 202 | 204>]>
  : never;

type RequestOf<Name extends keyof operations> = operations[Name] extends { requestBody?: infer Request }
  ? JsonOf<NonNullable<Request>>
  : undefined;

/** What a request says: the members of its path, its query and its body, as the document has them. */
export type Ask<Name extends keyof operations> = Omit<CallOptions, "body"> & {
  readonly path?: NonNullable<operations[Name]["parameters"]["path"]>;
  readonly query?: NonNullable<operations[Name]["parameters"]["query"]>;
  readonly body?: RequestOf<Name>;
};

/**
 * Carries out an operation by its name, with the types that the OpenAPI document gives it: a field that is not in the document does
 * not compile. Throws with the problem document unless the operation succeeds; refusals are looked at with `call`.
 */
export type Api = <Name extends keyof operations>(name: Name, ask?: Ask<Name>) => Promise<ReplyOf<Name>>;

/** The operations of a service by name; each goes through `call`, and so through what that checks. */
export function apiOf(call: TestService["call"]): Api {
  return async (name, ask = {}) => {
    const { path = {}, query = {}, ...options } = ask as { path?: object; query?: object };
    const { method, route } = placeOf(name);
    const filled = Object.entries(path).reduce((at, [key, value]) => at.replace(`{${key}}`, String(value)), route);
    const search = new URLSearchParams(query as Record<string, string>).toString();
    const reply = await call(method, search === "" ? filled : `${filled}?${search}`, options);
    if (reply.status >= 300) throw new Error(`${name} answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    return reply.body as never;
  };
}

interface Place {
  readonly method: string;
  readonly route: string;
}
let places: ReadonlyMap<string, Place> | undefined;

function placeOf(name: string): Place {
  places ??= readPlaces();
  const place = places.get(name);
  if (!place) throw new Error(`no operation ${name} in the OpenAPI document`);
  return place;
}

function readPlaces(): ReadonlyMap<string, Place> {
  const file = new URL("../../../openapi/openapi.json", import.meta.url);
  const { paths } = JSON.parse(readFileSync(file, "utf8")) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  return new Map(
    Object.entries(paths).flatMap(([route, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => [
        operationId,
        { method: method.toUpperCase(), route },
      ]),
    ),
  );
}
