import fs from "node:fs";
import path from "node:path";
import { type EmbeddedPostgres, holderOf, holdFolder } from "@coffer/postgres";
import type { Sandbox } from "@coffer/sandboxes";
import { type Config, loadConfig } from "../config.js";
import { type DevSecrets, devSecrets } from "./secrets.js";

type Env = Readonly<Record<string, string | undefined>>;

/** What runs, and where. */
export interface Everything {
  readonly config: Config;
  readonly url: string;
  /** An admin key that is there; undefined in production, where it is nobody's business. */
  readonly apiKey: string | undefined;
  readonly sandboxes: { readonly stripe?: Sandbox; readonly coinbase?: Sandbox; readonly blockradar?: Sandbox };
  /** Service first, then the sandboxes, PostgreSQL last. */
  stop(): Promise<void>;
}

/** Starts what is missing, then the service. Throws ConfigError before anything is started when a setting is wrong. */
export async function startEverything(env: Env, dataDir: string): Promise<Everything> {
  const given = loadConfig(env);
  if (given.NODE_ENV === "production") return startBare(given);
  const folder = takeFolder(dataDir);
  const secrets = devSecrets(dataDir);
  const started: { stop(): Promise<void> }[] = [folder];
  const stop = async () => {
    for (const part of started.splice(0).reverse()) await part.stop();
  };
  try {
    // The service's modules load while PostgreSQL and the sandboxes start. All are waited for, also when one fails: what is
    // still starting then could not be stopped.
    const parts = await Promise.allSettled([
      given.DATABASE_URL ? undefined : startDatabase(dataDir),
      startSandboxes(given, secrets, dataDir),
      import("../service.js"),
      import("../http/logging.js"),
    ]);
    if (parts[0].status === "fulfilled" && parts[0].value) started.push(parts[0].value);
    if (parts[1].status === "fulfilled") started.push(...Object.values(parts[1].value));
    const [database, sandboxes] = [resultOf(parts[0]), resultOf(parts[1])];
    const [{ startService }, { createLogger }] = [resultOf(parts[2]), resultOf(parts[3])];
    const config = loadConfig({ ...env, ...(await supplied(given, secrets, database, sandboxes)) });
    const service = await startService(config, createLogger({ level: config.LOG_LEVEL }));
    started.push(service);
    const url = service.url ?? "";
    sandboxes.stripe?.setWebhookUrl(`${url}/webhooks/stripe`);
    sandboxes.coinbase?.setWebhookUrl(`${url}/webhooks/coinbase`);
    sandboxes.blockradar?.setWebhookUrl(`${url}/webhooks/blockradar`);
    return { config, url, apiKey: given.BOOTSTRAP_API_KEY ?? secrets.apiKey, sandboxes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Takes the data folder before anything else is started: two starts on one folder would move each other's ports, under which
 * the pages and providers of the first are known.
 */
function takeFolder(dataDir: string): { stop(): Promise<void> } {
  const control = path.join(dataDir, "start");
  try {
    fs.mkdirSync(control, { recursive: true, mode: 0o700 });
    const release = holdFolder(control);
    if (release) return { stop: async () => release() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EACCES" && code !== "EPERM" && code !== "EROFS") throw error;
    throw new Error(`the data folder ${dataDir} cannot be written to (${code}). Set COFFER_DATA_DIR to one that can.`, {
      cause: error,
    });
  }
  throw new Error(
    `Coffer runs already on ${dataDir} (process ${holderOf(control) ?? "unknown"}). Stop it, or set COFFER_DATA_DIR to another folder.`,
  );
}

function resultOf<T>(part: PromiseSettledResult<T>): T {
  if (part.status === "rejected") throw part.reason;
  return part.value;
}

async function startBare(config: Config): Promise<Everything> {
  const [{ startService }, { createLogger }] = await Promise.all([
    import("../service.js"),
    import("../http/logging.js"),
  ]);
  const service = await startService(config, createLogger({ level: config.LOG_LEVEL }));
  return { config, url: service.url ?? "", apiKey: undefined, sandboxes: {}, stop: service.stop };
}

async function startDatabase(dataDir: string): Promise<EmbeddedPostgres> {
  const { startEmbeddedPostgres } = await import("@coffer/postgres");
  return startEmbeddedPostgres({ dataDir: path.join(dataDir, "postgres") });
}

async function startSandboxes(config: Config, secrets: DevSecrets, dataDir: string): Promise<Everything["sandboxes"]> {
  const { startStripeSandbox, startCoinbaseSandbox, startBlockradarSandbox } = await import("@coffer/sandboxes");
  const parts = await Promise.allSettled([
    config.STRIPE_SECRET_KEY
      ? undefined
      : startStripeSandbox({
          dataDir: path.join(dataDir, "sandboxes", "stripe"),
          webhookUrl: undefined,
          webhookSecret: secrets.stripeWebhookSecret,
          thinWebhookSecret: secrets.stripeThinWebhookSecret,
          apiKey: secrets.stripeSecretKey,
        }),
    config.COINBASE_API_KEY_ID
      ? undefined
      : startCoinbaseSandbox({
          dataDir: path.join(dataDir, "sandboxes", "coinbase"),
          webhookUrl: undefined,
          webhookSecret: secrets.coinbaseWebhookSecret,
          apiKeyId: secrets.coinbase.apiKeyId,
          publicKey: secrets.coinbase.publicKey,
        }),
    config.BLOCKRADAR_API_KEY?.length
      ? undefined
      : startBlockradarSandbox({
          dataDir: path.join(dataDir, "sandboxes", "blockradar"),
          webhookUrl: undefined,
          apiKey: secrets.blockradarApiKey,
        }),
  ]);
  try {
    const [stripe, coinbase, blockradar] = [resultOf(parts[0]), resultOf(parts[1]), resultOf(parts[2])];
    return { ...(stripe ? { stripe } : {}), ...(coinbase ? { coinbase } : {}), ...(blockradar ? { blockradar } : {}) };
  } catch (error) {
    for (const part of parts) if (part.status === "fulfilled") await part.value?.stop();
    throw error;
  }
}

/** The settings that nobody gave. */
async function supplied(
  given: Config,
  secrets: DevSecrets,
  database: EmbeddedPostgres | undefined,
  sandboxes: Everything["sandboxes"],
): Promise<Record<string, string>> {
  const { BLOCKRADAR_WALLETS: wallets } = await import("@coffer/sandboxes");
  return {
    ...(database ? { DATABASE_URL: database.url } : {}),
    ...(given.BOOTSTRAP_API_KEY ? {} : { BOOTSTRAP_API_KEY: secrets.apiKey }),
    ...(given.AUTH_JWT_SECRET || given.AUTH_JWKS_URL
      ? {}
      : { AUTH_JWT_SECRET: secrets.jwtSecret, AUTH_JWT_ISSUER: "coffer-dev", AUTH_JWT_AUDIENCE: "coffer" }),
    ...(sandboxes.stripe
      ? {
          STRIPE_SECRET_KEY: secrets.stripeSecretKey,
          STRIPE_PUBLISHABLE_KEY: secrets.stripePublishableKey,
          STRIPE_WEBHOOK_SECRET: secrets.stripeWebhookSecret,
          STRIPE_THIN_WEBHOOK_SECRET: secrets.stripeThinWebhookSecret,
          STRIPE_API_BASE: sandboxes.stripe.url,
        }
      : {}),
    ...(sandboxes.coinbase
      ? {
          COINBASE_API_KEY_ID: secrets.coinbase.apiKeyId,
          COINBASE_API_KEY_SECRET: secrets.coinbase.apiKeySecret,
          COINBASE_WEBHOOK_SECRET: secrets.coinbaseWebhookSecret,
          COINBASE_API_BASE: `${sandboxes.coinbase.url}/api/v1`,
        }
      : {}),
    ...(sandboxes.blockradar
      ? {
          BLOCKRADAR_API_KEY: secrets.blockradarApiKey,
          BLOCKRADAR_WALLET_ID: Object.values(wallets).join(","),
          BLOCKRADAR_API_BASE: `${sandboxes.blockradar.url}/v1`,
        }
      : {}),
    // The example of the registry of IBANs: no bank has this account.
    ...(given.BANK_TRANSFER_IBAN
      ? {}
      : { BANK_TRANSFER_IBAN: "DE89370400440532013000", BANK_TRANSFER_ACCOUNT_HOLDER: "Coffer Development" }),
  };
}
