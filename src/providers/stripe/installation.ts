/** How what we send to Stripe says which installation it is of. */
import { decodeId } from "../../core/ids.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** When a UUIDv7, or an id of ours that is one, was made, as its own first 48 bits; undefined for other texts. */
function bornAt(text: string): string | undefined {
  const [prefix = ""] = text.split("_", 1);
  const uuid = UUID.test(text) ? text : prefix === "" || prefix === text ? undefined : decodeId(prefix, text);
  return uuid?.replace("-", "").slice(0, 12);
}

/**
 * An idempotency key as it is sent: with the installation's id before it, so that no other installation's request is taken for
 * ours. A key that names something older than the installation's id may have been sent without it, and stays as it is: what was
 * asked with it must be the same request when it is asked again.
 */
export function ownKey(installation: string, key: string): string {
  const since = bornAt(installation);
  const named = bornAt(key.split(":", 1)[0] ?? "");
  const isOlder = since !== undefined && named !== undefined && named < since;
  return isOlder ? key : `${installation}:${key}`;
}
