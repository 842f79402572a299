import { hash } from "node:crypto";
import type { Clock } from "../../../../core/clock.js";
import type { IdSource } from "../../../../core/ids.js";
import { LruMap } from "../../../../core/lru.js";
import type { Database } from "../../../../db/client.js";
import type { AuditDeps } from "../../audit/index.js";
import type { JwtVerifier } from "../jwt.js";

export interface AccessDeps extends AuditDeps {
  readonly db: Database;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly jwt: JwtVerifier | undefined;
  readonly familiarKeys: FamiliarKeys;
}

/** Marks a secret as ours, so that leak scanners can find one in the wild. */
export const KEY_PREFIX = "cfk_";

/** SHA-256 is enough for a secret of 32 random bytes: there is nothing to guess, so nothing to slow down. */
export const hashSecret = (secret: string): Buffer => hash("sha256", secret, "buffer");

/**
 * API keys that were good when somebody last asked, by the hash of their secret: whoever sends one is not guessing. One per
 * process.
 */
export class FamiliarKeys {
  readonly #keys = new LruMap<string, boolean>(10_000);

  has(secret: string): boolean {
    return this.#keys.get(hashSecret(secret).toString("base64")) === true;
  }

  note(secretHash: Buffer, isGood: boolean): void {
    const name = secretHash.toString("base64");
    if (isGood || this.#keys.get(name)) this.#keys.set(name, isGood);
  }
}
