import type { Caller } from "../../../../core/access.js";
import { formatDecimal, parseDecimal } from "../../../../core/money.js";
import type { CustodyBalances, StrangeWallet } from "../../../../providers/ports/index.js";
import { getAsset, listAssets, systemBalance, totalOfWallets } from "../../../books/ledger/index.js";
import { emitEvents } from "../../../news/outbox/index.js";
import type { UnreadableRow } from "../../../news/unreadable/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { assetNotEnabled, walletNotFound } from "../errors.js";
import { treasuryLevelEvents } from "../events.js";
import type { CustodyTokenRow, CustodyWalletRow } from "../queries.js";
import * as queries from "../queries.js";
import { answerOf, custodyMap, custodyOf, syncCustody } from "./custody.js";
import type { TreasuryDeps } from "./deps.js";
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

export interface TreasuryView {
  readonly wallets: readonly {
    readonly wallet: CustodyWalletRow;
    readonly balances: CustodyBalances;
    readonly tokens: readonly CustodyTokenRow[];
    readonly gasAlertBelow: string | null;
  }[];
  readonly coverage: readonly Coverage[];
  /** Wallets of the settings that are not served. */
  readonly strangers: readonly StrangeWallet[];
  /** What the provider lists and we cannot read. */
  readonly unreadable: readonly UnreadableRow[];
}

/** Master wallets with their balances of this moment, and whether they cover what is owed. Asks the provider. */
export async function overview(deps: TreasuryDeps): Promise<TreasuryView> {
  const { wallets, tokens } = await custodyMap(deps);
  const thresholds = new Map(
    (await queries.listGasThresholds(deps.db.read)).map((row) => [row.walletReference, row.alertBelow]),
  );
  const views = await Promise.all(
    wallets.map(async (wallet) => ({
      wallet,
      balances: answerOf(await custodyOf(deps).getBalances(wallet.walletReference)),
      tokens: tokens.filter((token) => token.walletReference === wallet.walletReference),
      gasAlertBelow: thresholds.get(wallet.walletReference) ?? null,
    })),
  );
  // A coin that the provider lists and nobody set up here has nothing in our books.
  const booked = new Set((await listAssets(deps)).map(({ code }) => code));
  const enabled = new Set(tokens.filter((token) => token.enabled).map((token) => token.asset));
  const assets = [...enabled].filter((asset) => booked.has(asset)).sort();
  return {
    wallets: views,
    coverage: await Promise.all(assets.map((asset) => coverageOf(deps, asset, views))),
    strangers: await listStrangers(deps),
    unreadable: await listUnreadable(deps),
  };
}

/** Wallets of the settings that are not served, on a chain that we do not know or not there, and coins that nobody set up. */
export async function listStrangers(deps: TreasuryDeps): Promise<readonly StrangeWallet[]> {
  const wallets = answerOf(await custodyOf(deps).listStrangers());
  const { tokens } = await custodyMap(deps);
  const known = new Set((await listAssets(deps)).map(({ code }) => code));
  const strange = tokens.filter(({ enabled, asset }) => enabled && !known.has(asset));
  return [
    ...wallets,
    ...strange.map(({ walletReference, asset, network }) => ({
      walletReference,
      reason: `${asset} is enabled on ${network}, and is no asset here`,
    })),
  ];
}

// What each process has said; it is said again when it changes.
const named = new WeakMap<TreasuryDeps, string>();

/** Names in the log what is not served, at the start and when it changes. Says nothing while the provider does not answer. */
export async function nameStrangers(deps: TreasuryDeps, log: (message: string) => void): Promise<void> {
  if (!deps.custody) return;
  const strangers = await listStrangers(deps).catch(() => undefined);
  const names = strangers?.map(({ walletReference, reason }) => `${walletReference}: ${reason}`).join("; ");
  if (names === undefined || names === (named.get(deps) ?? "")) return;
  named.set(deps, names);
  if (names !== "") log(`not served: ${names}`);
}

async function coverageOf(deps: TreasuryDeps, asset: string, views: TreasuryView["wallets"]): Promise<Coverage> {
  const { scale } = await getAsset(deps, asset);
  let onMasterWallets = 0n;
  for (const { balances } of views) {
    for (const balance of balances.balances) {
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
  const { wallets } = await custodyMap(deps);
  const wallet = wallets.find((each) => each.walletReference === walletReference);
  if (!wallet) throw walletNotFound(walletReference);
  await deps.db.transaction(async (tx) => {
    if (input.asset === wallet.nativeAsset) await queries.setGasThreshold(tx, walletReference, input.alertBelow);
    else {
      const set = await queries.setTokenThreshold(tx, walletReference, input.asset, input.alertBelow);
      if (set.length === 0) throw assetNotEnabled(input.asset, wallet.network);
    }
    const details = { ...input };
    await recordAudit(deps, tx, [
      { actor: caller.id, action: "setTreasuryThreshold", resource: walletReference, details },
    ]);
  });
}

/** Copies the wallets anew and raises an event for each balance that has fallen below its threshold, once per fall. */
export async function watchTreasury(deps: TreasuryDeps): Promise<void> {
  if (!deps.custody) return;
  await syncCustody(deps);
  const { wallets } = await overview(deps);
  for (const { wallet, balances, tokens, gasAlertBelow } of wallets) {
    for (const token of tokens) {
      const balance = balances.balances.find((each) => each.assetReference === token.assetReference);
      if (!balance || token.alertBelow === null) continue;
      await alarm(deps, wallet, "treasury.low_balance", token.asset, balance.amount, token.alertBelow, (tx, at) =>
        queries.markTokenAlert(tx, token, at),
      );
    }
    if (!balances.native || gasAlertBelow === null) continue;
    await alarm(deps, wallet, "treasury.low_gas", wallet.nativeAsset, balances.native.amount, gasAlertBelow, (tx, at) =>
      queries.markGasAlert(tx, wallet.walletReference, at),
    );
  }
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
