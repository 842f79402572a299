import type { Caller } from "../../../../core/access.js";
import { formatDecimal, parseDecimal } from "../../../../core/money.js";
import type { CustodyBalances, CustodyProviderName, StrangeWallet } from "../../../../providers/ports/index.js";
import { getAsset, listAssets, systemBalance, totalOfWallets } from "../../../books/ledger/index.js";
import { emitEvents } from "../../../news/outbox/index.js";
import type { UnreadableRow } from "../../../news/unreadable/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { assetNotEnabled, walletNotFound } from "../errors.js";
import { treasuryLevelEvents } from "../events.js";
import type { CustodyTokenRow, CustodyWalletRow } from "../queries.js";
import * as queries from "../queries.js";
import { custodyMap, everyWallet, findWallet, syncCustody } from "./custody.js";
import type { TreasuryDeps } from "./deps.js";
import { answerOf, askEach, custodyOf, failuresInWords, requireCustody } from "./providers.js";
import { listUnreadable } from "./unreadable.js";

/** What one stablecoin stands at, in minor units of our books. */
export interface Coverage {
  readonly asset: string;
  readonly scale: number;
  /** On the master wallets, as the provider says now. */
  readonly onMasterWallets: bigint;
  /** What our books say we keep, deposit addresses that are not swept yet included. */
  readonly booked: bigint;
  /** What customers can spend or have asked to be paid out. */
  readonly owed: bigint;
  /** `booked - owed`: negative when customers' coins are missing. */
  readonly surplus: bigint;
}

/** A master wallet, what is on it, and when to raise an event. */
export interface WalletView {
  readonly wallet: CustodyWalletRow;
  /** Undefined while its provider does not answer. */
  readonly balances: CustodyBalances | undefined;
  readonly tokens: readonly CustodyTokenRow[];
  readonly gasAlertBelow: string | null;
}

/** A wallet that is not served, and whose. */
export type Stranger = StrangeWallet & { readonly provider: CustodyProviderName };

export interface TreasuryView {
  readonly wallets: readonly WalletView[];
  readonly coverage: readonly Coverage[];
  /** Wallets of the settings that are not served. */
  readonly strangers: readonly Stranger[];
  /** What a provider lists and we cannot read. */
  readonly unreadable: readonly UnreadableRow[];
  /** Providers that gave no answer: what is on their wallets is in no sum. */
  readonly unanswered: readonly CustodyProviderName[];
}

/**
 * Master wallets with their balances of this moment, and whether they cover what is owed. Asks every provider. Throws
 * `provider.unavailable` (503) when none of them answers.
 */
export async function overview(deps: TreasuryDeps): Promise<TreasuryView> {
  requireCustody(deps);
  const { answers, failures } = await askEach(deps, async (provider) => ({
    wallets: await walletViews(deps, provider),
    strangers: await strangersOf(deps, provider),
  }));
  const [failure] = failures.values();
  if (answers.size === 0) throw failure;
  const silent = await Promise.all([...failures.keys()].map((provider) => silentViews(deps, provider)));
  const wallets = [...[...answers.values()].map((answer) => answer.wallets), ...silent].flat();
  return {
    wallets,
    coverage: await coverageOfAll(deps, wallets),
    strangers: [...answers.values()].flatMap(({ strangers }) => strangers),
    unreadable: await listUnreadable(deps),
    unanswered: [...failures.keys()],
  };
}

/** A provider's wallets with their balances. Throws `provider.unavailable` (503). */
async function walletViews(deps: TreasuryDeps, provider: CustodyProviderName): Promise<WalletView[]> {
  // Copied now when none is known.
  await custodyMap(deps, provider);
  const views = await silentViews(deps, provider);
  return Promise.all(
    views.map(async (view) => {
      const balances = await custodyOf(deps, provider).getBalances(view.wallet.walletReference);
      return { ...view, balances: answerOf(provider, balances) };
    }),
  );
}

/** A provider's wallets as far as we know them without asking. */
async function silentViews(deps: TreasuryDeps, provider: CustodyProviderName): Promise<WalletView[]> {
  const [wallets, tokens, thresholds] = await Promise.all([
    everyWallet(deps),
    queries.listTokens(deps.db.read),
    queries.listGasThresholds(deps.db.read),
  ]);
  return wallets
    .filter((wallet) => wallet.provider === provider)
    .map((wallet) => {
      const isOnIt = (row: Pick<CustodyWalletRow, "provider" | "walletReference">) =>
        row.provider === provider && row.walletReference === wallet.walletReference;
      const gasAlertBelow = thresholds.find(isOnIt)?.alertBelow ?? null;
      return { wallet, balances: undefined, tokens: tokens.filter(isOnIt), gasAlertBelow };
    });
}

/** Every coin that is enabled on a wallet. One that a provider lists and nobody set up here has nothing in our books. */
async function coverageOfAll(deps: TreasuryDeps, views: readonly WalletView[]): Promise<Coverage[]> {
  const booked = new Set((await listAssets(deps)).map(({ code }) => code));
  const tokens = views.flatMap((view) => view.tokens);
  const enabled = new Set(tokens.filter((token) => token.enabled).map((token) => token.asset));
  const assets = [...enabled].filter((asset) => booked.has(asset)).sort();
  return Promise.all(assets.map((asset) => coverageOf(deps, asset, views)));
}

/** A provider's wallets of the settings that are not served, on a chain that we do not know or not there, and coins that nobody set up. */
async function strangersOf(deps: TreasuryDeps, provider: CustodyProviderName): Promise<Stranger[]> {
  const wallets = answerOf(provider, await custodyOf(deps, provider).listStrangers());
  const { tokens } = await custodyMap(deps, provider);
  const known = new Set((await listAssets(deps)).map(({ code }) => code));
  const strange = tokens.filter(({ enabled, asset }) => enabled && !known.has(asset));
  return [
    ...wallets.map((wallet) => ({ ...wallet, provider })),
    ...strange.map(({ walletReference, asset, network }) => ({
      provider,
      walletReference,
      reason: `${asset} is enabled on ${network}, and is no asset here`,
    })),
  ];
}

// What each process has said of each provider; it is said again when it changes.
const named = new WeakMap<TreasuryDeps, Map<CustodyProviderName, string>>();

/** Names in the log what is not served, at the start and when it changes. Says nothing of a provider that does not answer. */
export async function nameStrangers(deps: TreasuryDeps, log: (message: string) => void): Promise<void> {
  const { answers } = await askEach(deps, (provider) => strangersOf(deps, provider));
  const said = named.get(deps) ?? new Map<CustodyProviderName, string>();
  named.set(deps, said);
  for (const [provider, strangers] of answers) {
    const names = strangers.map(({ walletReference, reason }) => `${walletReference}: ${reason}`).join("; ");
    if (names !== "" && names !== said.get(provider)) log(`not served: ${names}`);
    said.set(provider, names);
  }
}

async function coverageOf(deps: TreasuryDeps, asset: string, views: readonly WalletView[]): Promise<Coverage> {
  const { scale } = await getAsset(deps, asset);
  let onMasterWallets = 0n;
  for (const { balances } of views) {
    for (const balance of balances?.balances ?? []) {
      if (balance.asset === asset) onMasterWallets += parseDecimal(balance.amount, scale).amount;
    }
  }
  const [booked, wallets, inFlight] = await Promise.all([
    systemBalance(deps, "custody", asset),
    totalOfWallets(deps, asset),
    systemBalance(deps, "payouts_in_flight", asset),
  ]);
  const owed = wallets + inFlight;
  return { asset, scale, onMasterWallets, booked, owed, surplus: booked - owed };
}

/** Sets below which balance of a master wallet an event is raised: of a token, or of its gas. Amounts in major units. */
export async function setThreshold(
  deps: TreasuryDeps,
  caller: Caller,
  walletReference: string,
  input: { readonly asset: string; readonly alertBelow: string },
): Promise<void> {
  const isIt = (each: CustodyWalletRow) => each.walletReference === walletReference;
  const wallet = await findWallet(deps, (wallets) => wallets.find(isIt));
  if (!wallet) throw walletNotFound(walletReference);
  await deps.db.transaction(async (tx) => {
    if (input.asset === wallet.nativeAsset) await queries.setGasThreshold(tx, wallet, input.alertBelow);
    else {
      const set = await queries.setTokenThreshold(tx, wallet, input.asset, input.alertBelow);
      if (set.length === 0) throw assetNotEnabled(input.asset, wallet.network);
    }
    const details = { ...input };
    await recordAudit(deps, tx, [
      { actor: caller.id, action: "setTreasuryThreshold", resource: walletReference, details },
    ]);
  });
}

/**
 * Copies the wallets anew and raises an event for each balance that has fallen below its threshold, once per fall. Returns in words
 * what came of providers that could not be looked at.
 */
export async function watchTreasury(deps: TreasuryDeps): Promise<string[]> {
  const watched = await askEach(deps, async (provider) => {
    await syncCustody(deps, provider);
    for (const view of await walletViews(deps, provider)) await compareWithThresholds(deps, view);
  });
  return failuresInWords(watched);
}

async function compareWithThresholds(
  deps: TreasuryDeps,
  { wallet, balances, tokens, gasAlertBelow }: WalletView,
): Promise<void> {
  for (const token of tokens) {
    const balance = balances?.balances.find((each) => each.assetReference === token.assetReference);
    if (!balance || token.alertBelow === null) continue;
    await alarm(deps, wallet, "treasury.low_balance", token.asset, balance.amount, token.alertBelow, (tx, at) =>
      queries.markTokenAlert(tx, token, at),
    );
  }
  if (!balances?.native || gasAlertBelow === null) return;
  await alarm(deps, wallet, "treasury.low_gas", wallet.nativeAsset, balances.native.amount, gasAlertBelow, (tx, at) =>
    queries.markGasAlert(tx, wallet, at),
  );
}

const COMPARED_AT = 18;

async function alarm(
  deps: TreasuryDeps,
  wallet: CustodyWalletRow,
  type: keyof typeof treasuryLevelEvents.types,
  asset: string,
  balance: string,
  threshold: string,
  mark: (tx: Parameters<Parameters<TreasuryDeps["db"]["transaction"]>[0]>[0], at: Date | null) => Promise<boolean>,
): Promise<void> {
  const [has, needs] = [balance, threshold].map((text) => parseDecimal(text, COMPARED_AT).amount);
  const isLow = (has ?? 0n) < (needs ?? 0n);
  await deps.db.transaction(async (tx) => {
    const changed = await mark(tx, isLow ? deps.clock.now() : null);
    if (!changed || !isLow) return;
    const data = { network: wallet.network, asset, balance, threshold: formatDecimal(needs ?? 0n, COMPARED_AT) };
    await emitEvents(deps, tx, [treasuryLevelEvents.of(type, { resource: wallet.walletReference }, data)]);
  });
}
