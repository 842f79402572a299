/** Answers that a call with an effect may get, when the effect happened and when it did not. */
export interface Answer {
  readonly done: object;
  readonly undone: object;
}

/** Longer than the time-out that these tests give the service. */
export const SLOW = { delayMs: 1_100 };
export const ANSWER_TIMEOUT_MS = 700;
const HTML = { body: "<html><h1>Request blocked</h1></html>", contentType: "text/html" };

const both = (name: string, answer: object): Record<string, Answer> => ({
  [name]: { done: { kind: "status_after", ...answer }, undone: { kind: "status", ...answer } },
});

/** `own`: a body in the provider's own shape, for a status. */
export const answersOf = (own: (status: number) => object): Readonly<Record<string, Answer>> => ({
  ...both("400 in its own shape", { status: 400, body: own(400) }),
  ...both("400 in another shape", { status: 400, body: { statusCode: 400, message: "Insufficient balance" } }),
  ...both("401", { status: 401, body: own(401) }),
  ...both("403 in its own shape", { status: 403, body: own(403) }),
  ...both("403, a firewall's page", { status: 403, ...HTML }),
  ...both("404", { status: 404, body: own(404) }),
  ...both("409", { status: 409, body: own(409) }),
  ...both("429", { status: 429, body: own(429) }),
  ...both("500", { status: 500, body: own(500) }),
  ...both("502, a page", { status: 502, ...HTML }),
  ...both("200, empty", { status: 200, body: "" }),
  "200, cut short": { done: { kind: "malformed_after" }, undone: { kind: "status", status: 200, body: '{"id":"cut' } },
  "200 about another object": {
    done: { kind: "wrong_id_after" },
    undone: { kind: "status", status: 200, body: { id: "another", status: "ACTIVE" } },
  },
  "a connection that is reset": { done: { kind: "cut_after" }, undone: { kind: "cut_before" } },
  "a time-out": { done: { kind: "cut_after", ...SLOW }, undone: { kind: "cut_before", ...SLOW } },
});

export interface Case {
  readonly name: string;
  readonly fault: object;
  readonly done: boolean;
  readonly customerId: string;
}

/** Every answer, with and without its effect, each for a customer of its own. */
export const casesOf = (answers: Readonly<Record<string, Answer>>, prefix: string): Case[] =>
  Object.entries(answers).flatMap(([name, { done, undone }], index) => [
    { name: `${prefix}: ${name}, and done`, fault: done, done: true, customerId: `${prefix}-${index}-done` },
    { name: `${prefix}: ${name}, and not done`, fault: undone, done: false, customerId: `${prefix}-${index}` },
  ]);
