import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { generateCoinbaseKey } from "./sandboxes/index.js";

/** Secrets of one development folder, made at its first start. They guard nothing but that folder. */
export interface DevSecrets {
  readonly apiKey: string;
  readonly jwtSecret: string;
  readonly stripeSecretKey: string;
  readonly stripePublishableKey: string;
  readonly stripeWebhookSecret: string;
  readonly stripeThinWebhookSecret: string;
  readonly coinbase: ReturnType<typeof generateCoinbaseKey>;
  readonly coinbaseWebhookSecret: string;
  readonly blockradarApiKey: string;
}

/** Reads the folder's secrets, or makes them. The file is for its owner only. */
export function devSecrets(dataDir: string): DevSecrets {
  const file = path.join(dataDir, "secrets.json");
  const signingSecret = () => `whsec_${randomBytes(24).toString("hex")}`;
  if (fs.existsSync(file)) {
    const kept = JSON.parse(fs.readFileSync(file, "utf8")) as DevSecrets;
    if (kept.stripeThinWebhookSecret) return kept;
    // A folder that is older than thin events.
    return write(file, { ...kept, stripeThinWebhookSecret: signingSecret() });
  }
  const random = () => randomBytes(32).toString("base64url");
  fs.mkdirSync(dataDir, { recursive: true });
  return write(file, {
    apiKey: `cfk_${random()}`,
    jwtSecret: random(),
    stripeSecretKey: `sk_test_${randomBytes(24).toString("hex")}`,
    stripePublishableKey: `pk_test_${randomBytes(24).toString("hex")}`,
    stripeWebhookSecret: signingSecret(),
    stripeThinWebhookSecret: signingSecret(),
    coinbase: generateCoinbaseKey(),
    coinbaseWebhookSecret: random(),
    blockradarApiKey: random(),
  });
}

function write(file: string, secrets: DevSecrets): DevSecrets {
  // Written aside and renamed, so that a start that is killed here leaves no half file.
  fs.writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
  return secrets;
}
