import { request } from "undici";

export interface JsonReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  // Tests read replies of many shapes; each asserts the members that it is about.
  body: Record<string, unknown>;
}

/** Sends JSON (or nothing) and reads JSON. */
export async function callJson(
  method: "GET" | "POST" | "PATCH" | "DELETE",
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<JsonReply> {
  const reply = await request(url, {
    method,
    headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await reply.body.text();
  return { status: reply.statusCode, headers: reply.headers, body: text === "" ? {} : JSON.parse(text) };
}

/** Presses a button on a sandbox page, as a browser would. */
export async function press(url: string, action: string) {
  const reply = await request(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ action }).toString(),
  });
  return { status: reply.statusCode, location: reply.headers.location, html: await reply.body.text() };
}

/** The control routes of a Blockradar sandbox: the payer's, the chain's and the dashboard's part. */
export function blockradarControl(url: string) {
  const send = async (method: "GET" | "POST" | "DELETE", route: string, body?: object) => {
    const reply = await callJson(method, `${url}/sandbox/${route}`, body);
    if (reply.status !== 200) throw new Error(`${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  return {
    get: (route: string) => send("GET", route),
    post: (route: string, body: object = {}) => send("POST", route, body),
    delete: (route: string) => send("DELETE", route),
    /** Coins that come to an address (by its text or either side's id); the transaction as Blockradar has it. */
    deposit: (body: { address?: string; asset: string; amount: string; [field: string]: unknown }) =>
      send("POST", "deposits", body),
    /** What becomes of withdrawals to come. */
    rule: (body: { outcome: string; [field: string]: unknown }) => send("POST", "withdrawals/rules", body),
    /** What becomes of one, by its id or by our reference. */
    settle: (name: string, body: { status: string; [field: string]: unknown }) =>
      send("POST", `withdrawals/${encodeURIComponent(name)}/settle`, body),
    /** How often each reference was accepted, really sent, and confirmed. */
    references: async () =>
      (await send("GET", "withdrawals")).references as Record<
        string,
        { accepted: number; sent: number; confirmed: number }
      >,
  };
}
