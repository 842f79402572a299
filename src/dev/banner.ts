import type { Everything } from "./everything.js";

// Between single quotes a shell takes everything as it is, but for a single quote.
const inShell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Says where everything is, with three requests to try. */
export function printBanner(running: Everything, tookMs: number): void {
  const { url, apiKey, sandboxes } = running;
  if (apiKey === undefined) {
    console.log(`Coffer is up at ${url}  (${Math.round(tookMs)} ms)`);
    return;
  }
  const authorization = inShell(`Authorization: Bearer ${apiKey}`);
  const post = `-H ${authorization} -H 'Content-Type: application/json'`;
  const lines = [
    "",
    `  Coffer is up at ${url}  (${Math.round(tookMs)} ms)`,
    "",
    `  API docs         ${url}/docs`,
    `  OpenAPI          ${url}/openapi.json`,
    ...(sandboxes.stripe ? [`  Stripe sandbox   ${sandboxes.stripe.url}`] : []),
    ...(sandboxes.coinbase ? [`  Coinbase sandbox ${sandboxes.coinbase.url}`] : []),
    ...(sandboxes.blockradar ? [`  Blockradar sandbox ${sandboxes.blockradar.url}`] : []),
    `  Admin API key    ${apiKey}`,
    "",
    "  Try it: start a payment, open its checkoutUrl in a browser and press Pay, then look at the wallet.",
    "",
    `  curl -s ${url}/v1/payments ${post} -H 'Idempotency-Key: first-1' \\`,
    `    -d '{"customerId":"user-42","package":"starter","provider":"stripe","flow":"checkout"}'`,
    "",
    `  curl -s ${url}/v1/customers/user-42/wallet -H ${authorization}`,
    "",
    `  curl -s ${url}/v1/grants ${post} -H 'Idempotency-Key: first-2' \\`,
    `    -d '{"customerId":"user-42","asset":"CREDIT","amount":5,"note":"welcome"}'`,
    "",
    "  Ctrl-C stops everything; the data stays in the data folder.",
    "",
  ];
  console.log(lines.join("\n"));
}
