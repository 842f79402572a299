import type { App } from "./types.js";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coffer</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto 0; padding: 0 1.5rem; color: #1f2933; }
  h1 { font-size: 1.4rem; }
  a { color: #2754c5; }
</style>
<h1>Thank you</h1>
<p>If you came here from a payment page, you can close this window: what you bought appears in your wallet as soon as the
payment provider confirms it.</p>
<p>Developers: the API is described at <a href="/docs">/docs</a>.</p>
</html>
`;

/** Where a hosted checkout sends the customer back to when the caller gave no `successUrl`. Says nothing about a payment. */
export function landingRoute(app: App): void {
  app.get("/", { config: { access: "public" }, schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(PAGE),
  );
}
