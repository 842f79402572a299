import { createHmac } from "node:crypto";
import { installControlRoutes } from "../control.js";
import { ExpiryWatch } from "../expiry.js";
import { SandboxServer } from "../server.js";
import type { CoinbaseSandboxOptions, Sandbox } from "../types.js";
import type { Signer } from "../webhooks.js";
import { Checkouts } from "./checkouts.js";
import { coinbaseDialect } from "./dialect.js";
import { installPayPage } from "./pages.js";
import { installCheckoutApi, installCheckoutControl } from "./routes.js";

const CONTENT_TYPE = "application/json";

/** Hook0's scheme: `v0` covers the body, `v1` the headers that `h` names as well. */
function hook0Signer(secret: string): Signer {
  const hmac = (text: string) => createHmac("sha256", secret).update(text).digest("hex");
  return ({ id, type, body }, seconds) => {
    const names = "content-type x-event-id x-event-type";
    const v0 = hmac(`${seconds}.${body}`);
    const v1 = hmac(`${seconds}.${names}.${CONTENT_TYPE}.${id}.${type}.${body}`);
    return {
      "content-type": CONTENT_TYPE,
      "x-event-id": id,
      "x-event-type": type,
      "x-hook0-signature": `t=${seconds},v0=${v0},h=${names},v1=${v1}`,
    };
  };
}

/** Starts a Coinbase Business account on loopback, with whatever state its folder holds. */
export async function startCoinbaseSandbox(options: CoinbaseSandboxOptions): Promise<Sandbox> {
  const dialect = coinbaseDialect(options.apiKeyId, options.publicKey);
  const server = new SandboxServer(options, dialect, hook0Signer(options.webhookSecret));
  installControlRoutes(server);
  const expiry = new ExpiryWatch((id) => server.store.batch(() => checkouts.expireIfActive(id)));
  const checkouts = new Checkouts(server, expiry);
  server.onStop(() => expiry.stop());
  installCheckoutApi(server, checkouts);
  installCheckoutControl(server, checkouts);
  installPayPage(server, checkouts);
  return server.listen();
}
