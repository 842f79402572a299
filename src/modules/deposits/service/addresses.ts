import type { AddressFamily } from "../../../core/addresses.js";
import * as queries from "../queries.js";
import type { DepositDeps } from "./deps.js";

/** Whether this is one of our own deposit addresses, current or rotated; in the spelling of `parseAddress`. */
export async function isDepositAddress(
  deps: Pick<DepositDeps, "db">,
  family: AddressFamily,
  address: string,
): Promise<boolean> {
  return (await queries.findByAddress(deps.db.read, family, address)) !== undefined;
}
