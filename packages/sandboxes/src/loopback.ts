import net from "node:net";

let known: Promise<string> | undefined;

const canListen = (host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(false));
    server.listen(0, host, () => server.close(() => resolve(true)));
  });

/** This machine's loopback address: 127.0.0.1, or ::1 where there is no IPv4. */
export function loopback(): Promise<string> {
  known ??= canListen("127.0.0.1").then(async (hasIpv4) =>
    hasIpv4 || !(await canListen("::1")) ? "127.0.0.1" : "::1",
  );
  return known;
}
