import type { Logger } from "pino";
import type {
  BalanceProvider,
  BalanceProviderName,
  ClearingAccount,
  PaymentProviderName,
} from "../../../../providers/ports/index.js";
import { CLEARING_ACCOUNTS } from "../../../../providers/ports/index.js";
import type { LedgerDeps } from "../../../books/ledger/index.js";
import type { OutboxDeps } from "../../../news/outbox/index.js";
import type { AccessDeps } from "../../../trust/access/index.js";
import { noStatement } from "../errors.js";

export interface ReconciliationDeps extends LedgerDeps, OutboxDeps, Pick<AccessDeps, "db"> {
  /** Whose statement can be read. */
  readonly balanceProviders: ReadonlyMap<BalanceProviderName, BalanceProvider>;
  readonly log: Pick<Logger, "warn">;
  /** Above so many whole units of its asset a write-off needs a second person. */
  readonly writeOffLimit: bigint;
}

/** A provider whose statement can be read. Throws `provider.not_configured` (503). */
export function keeperOf(deps: ReconciliationDeps, name: BalanceProviderName): BalanceProvider {
  const found = deps.balanceProviders.get(name);
  if (!found) throw noStatement(name);
  return found;
}

/** The system account that stands for a provider's balance. */
export const accountOf = (name: BalanceProviderName): ClearingAccount | "custody" =>
  CLEARING_ACCOUNTS[name as PaymentProviderName] ?? "custody";
