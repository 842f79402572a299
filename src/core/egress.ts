/** Where outgoing requests must pass, as curl and others read it from the environment. */
export interface Egress {
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string;
}

/** The proxy settings of an environment; undefined when there are none, and requests go out directly. */
export function egressOf(env: Readonly<Record<string, string | undefined>>): Egress | undefined {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const httpProxy = read("HTTP_PROXY");
  const httpsProxy = read("HTTPS_PROXY");
  if ((httpProxy === undefined && httpsProxy === undefined) || read("NO_PROXY")?.trim() === "*") return undefined;
  // A proxy cannot reach this machine's loopback, where test doubles are.
  return {
    httpProxy,
    httpsProxy,
    noProxy: [read("NO_PROXY"), "localhost", "127.0.0.1", "[::1]"].filter(Boolean).join(","),
  };
}

/** The same for undici's EnvHttpProxyAgent. What is left out there is read from the environment once more, so nothing is. */
export const proxyOptions = ({ httpProxy = "", httpsProxy = "", noProxy }: Egress) => ({
  httpProxy,
  httpsProxy,
  noProxy,
});
