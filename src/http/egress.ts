import { egressOf, proxyOptions } from "../core/egress.js";

type Fetch = (url: string, options: Parameters<typeof fetch>[1]) => Promise<Response>;

/** `fetch` by way of the proxy that the environment names; undefined when it names none. */
export async function proxiedFetch(): Promise<Fetch | undefined> {
  const egress = egressOf(process.env);
  if (!egress) return undefined;
  const undici = await import("undici");
  const dispatcher = new undici.EnvHttpProxyAgent(proxyOptions(egress));
  return async (url, options) =>
    (await undici.fetch(url, { ...(options as object), dispatcher })) as unknown as Response;
}
