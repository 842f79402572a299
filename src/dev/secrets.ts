import { randomBytes } from "node:crypto";
import { keptSecrets, type SandboxSecrets, sandboxSecrets } from "@coffer/sandboxes";

/** The service's own secrets in a development folder. They guard nothing but that folder. */
interface ServiceSecrets {
  readonly apiKey: string;
  readonly jwtSecret: string;
}

export type DevSecrets = ServiceSecrets & SandboxSecrets;

/** The secrets of a development folder, the sandboxes' among them, made at its first start. */
export function devSecrets(dataDir: string): DevSecrets {
  const random = () => randomBytes(32).toString("base64url");
  const sandboxes = sandboxSecrets(dataDir);
  const own = keptSecrets<ServiceSecrets>(dataDir, { apiKey: () => `cfk_${random()}`, jwtSecret: random });
  return { ...own, ...sandboxes };
}
