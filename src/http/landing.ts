import { REFUSALS } from "../core/refusals.js";
import type { App } from "./types.js";

const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:100vh;margin:0;" +
  "background:#f4f5f7;color:#1a1f36}main{background:#fff;border-radius:12px;box-shadow:0 4px 24px #0002;" +
  "padding:32px;width:min(400px,80vw)}h1{font-size:1.2rem;margin:0 0 8px}p{margin:0}a{color:#0a5ad4}";

const page = (title: string, text: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1><p>${text}</p></main></body></html>
`;

const BACK_FROM_PAYMENT = page(
  "Thank you",
  "Your payment is being confirmed. You can close this page and go back to the shop.",
);
const BACK_FROM_SUBSCRIBING = page(
  "Thank you",
  "Your subscription is being confirmed. You can close this page and go back to the shop.",
);
const NOT_PAID = page(
  "Not paid",
  "Your bank did not confirm the payment, so nothing was charged. Go back to the shop to try again.",
);
const HOME = page(
  "Coffer",
  'This is a payments service for back ends. Its API is described at <a href="/docs">/docs</a>.',
);

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const written = (text: string) => escaped(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");

const PROBLEMS_STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1f36}" +
  "dt{margin-top:1rem;overflow-wrap:anywhere}dd{margin:0}:target{background:#fff3bf}code{font-size:.95em}";

const PROBLEMS = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Refusals</title><style>${PROBLEMS_STYLE}</style></head>
<body><main><h1>Refusals</h1>
<p>The <code>type</code> of a problem document leads to its place here. Programs switch on <code>code</code>.</p>
<dl>${Object.entries(REFUSALS)
  .map(([code, [status, when]]) => `<dt id="${code}"><code>${code}</code> ${status}</dt><dd>${written(when)}</dd>`)
  .join("\n")}</dl></main></body></html>
`;

/** The page that explains every refusal: where the `type` of a problem document leads. */
export function problemsRoute(app: App): void {
  app.get("/problems", { config: { access: "public" }, schema: { hide: true } }, async (_request, reply) => {
    void reply.type("text/html; charset=utf-8").header("cache-control", "public, max-age=3600");
    return PROBLEMS;
  });
}

/**
 * The service's root. Providers send a customer here after paying or subscribing when nothing was named as `successUrl`: a landing place,
 * never a proof of payment, so it looks nothing up and repeats nothing of the address.
 */
export function landingRoute(app: App): void {
  app.get("/", { config: { access: "public" }, schema: { hide: true } }, async (request, reply) => {
    const query = request.query as Record<string, unknown>;
    void reply.type("text/html; charset=utf-8");
    if ("subscription" in query) return BACK_FROM_SUBSCRIBING;
    if (!("payment" in query)) return HOME;
    // Stripe says how its redirect ended. The payment itself is settled by other news; this is only what the customer reads.
    return query.redirect_status === "failed" ? NOT_PAID : BACK_FROM_PAYMENT;
  });
}
