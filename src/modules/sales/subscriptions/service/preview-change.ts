import type { Caller } from "../../../../core/access.js";
import { currencyExponent } from "../../../../core/currencies.js";
import { parseSignedDecimal } from "../../../../core/money.js";
import type { InvoicePreview, ProviderResult } from "../../../../providers/ports/index.js";
import { ensureAsset, walletBalances } from "../../../books/ledger/index.js";
import { notReady, wrongState } from "../errors.js";
import { creditsOf, type LineCredits, renew } from "../rules/credits.js";
import { isLive } from "../rules/subscription.js";
import type { Line, Subscription, SubscriptionId } from "../types.js";
import { agreeChange, answerOf, refuseEnded, type SubscriptionChange } from "./act-on-subscription.js";
import { billingOf, type SubscriptionDeps } from "./deps.js";
import { readLine } from "./prepare-invoice.js";
import { findVisible } from "./read.js";

/** What the next invoice would be, and what it would do to the wallet as it is now. Amounts are minor units of `currency`. */
export interface NextInvoice {
  readonly currency: string;
  readonly total: bigint;
  readonly amountDue: bigint;
  /** To be given with the change, so that it costs what was shown. */
  readonly prorationDate: Date | undefined;
  readonly lines: readonly { readonly line: Line; readonly credits: LineCredits | undefined }[];
  readonly grants: readonly { readonly asset: string; readonly amount: bigint; readonly expired: bigint }[];
}

/**
 * The next invoice if a change were made now, or, without one, as things are; undefined when there will be none. Asks the
 * provider, which changes nothing. Throws as agreeChange does, and 422 `subscriptions.rejected`, 503 `provider.unavailable`.
 */
export async function previewChange(
  deps: SubscriptionDeps,
  caller: Caller,
  id: SubscriptionId,
  change: SubscriptionChange,
): Promise<NextInvoice | undefined> {
  const row = await findVisible(deps, caller, id);
  const preview = await ask(deps, caller, row, change);
  const isChange = change.plan !== undefined || change.quantity !== undefined;
  if (isChange && (preview.outcome === "notFound" || preview.outcome === "rejected")) await refuseEnded(deps, row);
  if (preview.outcome === "notFound") return undefined;
  return read(deps, row, answerOf(row, preview));
}

async function ask(
  deps: SubscriptionDeps,
  caller: Caller,
  row: Subscription,
  change: SubscriptionChange,
): Promise<ProviderResult<InvoicePreview>> {
  const billing = billingOf(deps, row.provider);
  if (change.plan !== undefined || change.quantity !== undefined) {
    return billing.previewChange(await agreeChange(deps, caller, row, change));
  }
  if (row.status === "requested") throw notReady();
  if (!isLive(row.status) || row.providerReference === null) throw wrongState("previewed", row.status);
  return billing.previewNext(row.providerReference);
}

async function read(deps: SubscriptionDeps, row: Subscription, preview: InvoicePreview): Promise<NextInvoice> {
  const { currency } = preview;
  const { scale } = await ensureAsset(deps, currency, currencyExponent(currency));
  const lines = await Promise.all(preview.lines.map((line) => readLine(deps, row.provider, line, scale)));
  const credits = creditsOf(lines);
  const balances = await walletBalances(deps, row.walletId);
  return {
    currency,
    total: parseSignedDecimal(preview.total.amount, scale),
    amountDue: parseSignedDecimal(preview.amountDue.amount, scale),
    prorationDate: preview.prorationDate,
    lines: lines.map((line) => ({ line, credits: creditsOfLine(credits.lines, line) })),
    grants: credits.assets.map((each) => {
      const balance = balances.find(({ asset }) => asset === each.asset);
      const { granted, takenBack, expired } = renew(each, balance ? balance.balance - balance.held : 0n);
      return { asset: each.asset, amount: granted - takenBack, expired };
    }),
  };
}

const creditsOfLine = (credits: readonly LineCredits[], { lineReference }: Line) =>
  credits.find((each) => each.lineReference === lineReference);
