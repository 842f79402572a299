import { request } from "undici";

export interface JsonReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  // Tests read replies of many shapes; each asserts the members that it is about.
  body: Record<string, unknown>;
}

/** Sends JSON (or nothing) and reads JSON. */
export async function callJson(
  method: "GET" | "POST" | "DELETE",
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
