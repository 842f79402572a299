import path from "node:path";
import { parseArgs } from "node:util";
import closeWithGrace from "close-with-grace";
import { errorMessage } from "./errors.js";
import {
  BLOCKRADAR_WALLETS,
  publicKeyOf,
  type Sandbox,
  sandboxSecrets,
  startBlockradarSandbox,
  startCoinbaseSandbox,
  startStripeSandbox,
} from "./index.js";

const USAGE = `Usage: npm run sandboxes [-- --host 127.0.0.1 --advertise HOST --stripe-port 12111 --coinbase-port 12112 --blockradar-port 12113 --webhooks http://127.0.0.1:8080]

Starts the Stripe, Coinbase and Blockradar sandboxes by themselves, for a service that runs somewhere else, and prints the
settings which that service needs. --advertise is the host by which the service reaches this machine; --webhooks is the service.
Secrets come from STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_THIN_WEBHOOK_SECRET, COINBASE_API_KEY_ID,
COINBASE_API_KEY_SECRET, COINBASE_WEBHOOK_SECRET and BLOCKRADAR_API_KEY; those that are absent, from the data folder (COFFER_DATA_DIR, .coffer).`;

/** What both sides must know. */
type Secrets = Record<
  | "STRIPE_SECRET_KEY"
  | "STRIPE_PUBLISHABLE_KEY"
  | "STRIPE_WEBHOOK_SECRET"
  | "STRIPE_THIN_WEBHOOK_SECRET"
  | "COINBASE_API_KEY_ID"
  | "COINBASE_API_KEY_SECRET"
  | "COINBASE_WEBHOOK_SECRET"
  | "BLOCKRADAR_API_KEY",
  string
>;

function secretsFrom(env: NodeJS.ProcessEnv, dataDir: string): Secrets {
  const own = sandboxSecrets(dataDir);
  // During a rotation the service has several; a provider signs with the newest.
  const first = (list: string | undefined) => list?.split(",")[0]?.trim();
  return {
    STRIPE_SECRET_KEY: env.STRIPE_SECRET_KEY || own.stripeSecretKey,
    STRIPE_PUBLISHABLE_KEY: env.STRIPE_PUBLISHABLE_KEY || own.stripePublishableKey,
    STRIPE_WEBHOOK_SECRET: first(env.STRIPE_WEBHOOK_SECRET) || own.stripeWebhookSecret,
    STRIPE_THIN_WEBHOOK_SECRET: first(env.STRIPE_THIN_WEBHOOK_SECRET) || own.stripeThinWebhookSecret,
    COINBASE_API_KEY_ID: env.COINBASE_API_KEY_ID || own.coinbase.apiKeyId,
    COINBASE_API_KEY_SECRET: env.COINBASE_API_KEY_SECRET || own.coinbase.apiKeySecret,
    COINBASE_WEBHOOK_SECRET: first(env.COINBASE_WEBHOOK_SECRET) || own.coinbaseWebhookSecret,
    BLOCKRADAR_API_KEY: first(env.BLOCKRADAR_API_KEY) || own.blockradarApiKey,
  };
}

interface Place {
  readonly host: string;
  readonly stripePort: number;
  readonly coinbasePort: number;
  readonly blockradarPort: number;
  readonly webhooks: string;
  readonly dataDir: string;
}

interface Running {
  readonly stripe: Sandbox;
  readonly coinbase: Sandbox;
  readonly blockradar: Sandbox;
}

async function startAll(place: Place, secrets: Secrets): Promise<Running> {
  const { host, webhooks } = place;
  const common = (name: string) => ({
    dataDir: path.join(place.dataDir, "sandboxes", name),
    host,
    webhookUrl: `${webhooks}/webhooks/${name}`,
  });
  const started: Sandbox[] = [];
  const keep = async (starting: Promise<Sandbox>) => {
    const sandbox = await starting;
    started.push(sandbox);
    return sandbox;
  };
  try {
    const stripe = await keep(
      startStripeSandbox({
        ...common("stripe"),
        port: place.stripePort,
        webhookSecret: secrets.STRIPE_WEBHOOK_SECRET,
        thinWebhookSecret: secrets.STRIPE_THIN_WEBHOOK_SECRET,
        apiKey: secrets.STRIPE_SECRET_KEY,
      }),
    );
    const coinbase = await keep(
      startCoinbaseSandbox({
        ...common("coinbase"),
        port: place.coinbasePort,
        webhookSecret: secrets.COINBASE_WEBHOOK_SECRET,
        apiKeyId: secrets.COINBASE_API_KEY_ID,
        publicKey: publicKeyOf(secrets.COINBASE_API_KEY_SECRET),
      }),
    );
    const blockradar = await keep(
      startBlockradarSandbox({
        ...common("blockradar"),
        port: place.blockradarPort,
        apiKey: secrets.BLOCKRADAR_API_KEY,
      }),
    );
    return { stripe, coinbase, blockradar };
  } catch (error) {
    await Promise.all(started.map((sandbox) => sandbox.stop()));
    throw error;
  }
}

function readPort(text: string, name: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--${name} must be a port number`);
  return port;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      host: { type: "string", default: "127.0.0.1" },
      advertise: { type: "string" },
      "stripe-port": { type: "string", default: "12111" },
      "coinbase-port": { type: "string", default: "12112" },
      "blockradar-port": { type: "string", default: "12113" },
      webhooks: { type: "string", default: "http://127.0.0.1:8080" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(USAGE);
  const dataDir = path.resolve(process.env.COFFER_DATA_DIR || ".coffer");
  const place: Place = {
    host: values.host,
    stripePort: readPort(values["stripe-port"], "stripe-port"),
    coinbasePort: readPort(values["coinbase-port"], "coinbase-port"),
    blockradarPort: readPort(values["blockradar-port"], "blockradar-port"),
    webhooks: values.webhooks.replace(/\/$/, ""),
    dataDir,
  };
  const secrets = secretsFrom(process.env, dataDir);
  const { stripe, coinbase, blockradar } = await startAll(place, secrets);
  closeWithGrace({ delay: 10_000, logger: false }, async ({ err }) => {
    if (err) console.error(err);
    await Promise.all([stripe.stop(), coinbase.stop(), blockradar.stop()]);
  });
  const advertised = values.advertise ?? (["0.0.0.0", "::"].includes(values.host) ? "127.0.0.1" : values.host);
  const settings = {
    ...secrets,
    STRIPE_API_BASE: `http://${advertised}:${stripe.port}`,
    COINBASE_API_BASE: `http://${advertised}:${coinbase.port}/api/v1`,
    BLOCKRADAR_API_BASE: `http://${advertised}:${blockradar.port}/v1`,
    BLOCKRADAR_WALLET_ID: Object.values(BLOCKRADAR_WALLETS).join(","),
  };
  console.log(`# Sandboxes are up; webhooks go to ${place.webhooks}. What the service needs:`);
  for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
  console.log("# Ctrl-C stops them; their state stays in the data folder.");
}

main().catch((error: unknown) => {
  console.error(`The sandboxes cannot start: ${errorMessage(error)}`);
  process.exit(1);
});
