import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { generateCoinbaseKey } from "./coinbase/keys.js";

/** What both sides of the sandboxes of one data folder must know. They guard nothing but that folder. */
export interface SandboxSecrets {
  readonly stripeSecretKey: string;
  readonly stripePublishableKey: string;
  readonly stripeWebhookSecret: string;
  readonly stripeThinWebhookSecret: string;
  readonly coinbase: ReturnType<typeof generateCoinbaseKey>;
  readonly coinbaseWebhookSecret: string;
  readonly blockradarApiKey: string;
}

const signingSecret = () => `whsec_${randomBytes(24).toString("hex")}`;
const random = () => randomBytes(32).toString("base64url");

/** The secrets of the sandboxes in a data folder, made at its first start. */
export function sandboxSecrets(dataDir: string): SandboxSecrets {
  return keptSecrets<SandboxSecrets>(dataDir, {
    stripeSecretKey: () => `sk_test_${randomBytes(24).toString("hex")}`,
    stripePublishableKey: () => `pk_test_${randomBytes(24).toString("hex")}`,
    stripeWebhookSecret: signingSecret,
    stripeThinWebhookSecret: signingSecret,
    coinbase: generateCoinbaseKey,
    coinbaseWebhookSecret: random,
    blockradarApiKey: random,
  });
}

/**
 * Reads what a data folder's `secrets.json` holds, and makes what it lacks, since a folder may be older than a secret. Others may
 * keep theirs in the same file. It is for its owner only.
 */
export function keptSecrets<Secrets extends object>(
  dataDir: string,
  make: { readonly [Name in keyof Secrets]: () => Secrets[Name] },
): Secrets {
  const file = path.join(dataDir, "secrets.json");
  const kept: Partial<Secrets> = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
  const missing = (Object.keys(make) as (keyof Secrets)[]).filter((name) => !kept[name]);
  const secrets = { ...kept, ...Object.fromEntries(missing.map((name) => [name, make[name]()])) } as Secrets;
  if (missing.length === 0) return secrets;
  fs.mkdirSync(dataDir, { recursive: true });
  // Written aside and renamed, so that a start that is killed here leaves no half file.
  fs.writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
  return secrets;
}
