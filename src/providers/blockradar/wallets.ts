/** Master wallets, their tokens and balances. */
import { z } from "zod";
import type { ProviderResult } from "../ports/common.js";
import type { CustodyAsset, CustodyBalances, CustodyWallet, StrangeWallet } from "../ports/custody.js";
import { accepted, decimalString, readEach, rejected } from "../shared.js";
import type { AskBlockradar } from "./client.js";
import { networkOf } from "./networks.js";
import { environmentSchema, isNative } from "./news.js";

const MAX_DECIMALS = 36;

const tokenSchema = z.looseObject({
  symbol: z.string().min(1),
  decimals: z.number().int().min(0).max(MAX_DECIMALS),
  address: z.string().nullish(),
  isActive: z.boolean().nullish(),
  isNative: z.boolean().nullish(),
  blockchain: z.looseObject({ symbol: z.string().nullish() }).nullish(),
});
type Token = z.infer<typeof tokenSchema>;

/** Gas is listed among the tokens. `isNative` is not on every object, and not every chain has a zero address. */
function isGas({ isNative: said, address, symbol, blockchain }: Token): boolean {
  return said === true || isNative(address ?? undefined) || symbol.toUpperCase() === blockchain?.symbol?.toUpperCase();
}

/** What is listed on a wallet: its own id (the one that other calls take) around the token of the catalogue. */
const walletAssetSchema = z.looseObject({ id: z.string().min(1), isActive: z.boolean().nullish(), asset: tokenSchema });

const walletSchema = z.looseObject({
  id: z.string().min(1),
  address: z.string().min(1),
  network: environmentSchema,
  blockchain: z.looseObject({ slug: z.string().min(1), symbol: z.string().min(1) }),
  assets: z.array(z.unknown()),
});

const balanceSchema = z.looseObject({ asset: walletAssetSchema, balance: decimalString });

export interface Wallets {
  list(): Promise<ProviderResult<readonly CustodyWallet[]>>;
  strangers(): Promise<ProviderResult<readonly StrangeWallet[]>>;
  /** One wallet as it was when it was last read; read again when it lacks `assetReference`. */
  find(walletReference: string, assetReference?: string): Promise<ProviderResult<CustodyWallet>>;
  /** One wallet as it is now. */
  read(walletReference: string): Promise<ProviderResult<CustodyWallet>>;
  balances(walletReference: string): Promise<ProviderResult<CustodyBalances>>;
}

/** A wallet's chain, address and tokens do not change under its id, so what is read once is kept. */
export function createWallets(ask: AskBlockradar, walletReferences: readonly string[]): Wallets {
  const known = new Map<string, CustodyWallet>();

  async function read(walletReference: string): Promise<ProviderResult<CustodyWallet>> {
    const reply = await ask(
      {
        method: "GET",
        path: `/wallets/${encodeURIComponent(walletReference)}`,
        name: "/wallets/{id}",
        walletReference,
        effect: "read",
      },
      (data) => {
        if (z.looseObject({ id: z.string() }).parse(data).id !== walletReference) {
          throw new RangeError("a reply about another wallet");
        }
        return walletSchema.safeParse(data);
      },
    );
    if (reply.outcome !== "accepted") return reply;
    if (!reply.value.success) return rejected("unreadable_wallet", "the wallet is not as Blockradar documents it");
    const { network, blockchain, address, assets } = reply.value.data;
    const chain = networkOf(blockchain.slug);
    if (chain === undefined) return rejected("unsupported_network", `no support for the chain ${blockchain.slug}`);
    // A token that cannot be read is one that we do not take; the others are as good as without it.
    const tokens = readEach(assets, (entry) => walletAssetSchema.parse(entry));
    const wallet: CustodyWallet = {
      walletReference,
      network: chain,
      environment: network,
      address,
      nativeAsset: blockchain.symbol.toUpperCase(),
      assets: tokens.values.filter(({ asset }) => !isGas(asset)).map((entry) => assetOf(entry, chain)),
      unreadable: tokens.unreadable.map((each) => ({ ...each, ...namedBy(each.entry) })),
    };
    known.set(walletReference, wallet);
    return accepted(wallet);
  }

  return {
    read,
    async list() {
      const results = await Promise.all(walletReferences.map(read));
      const wallets = results.flatMap((result) => (result.outcome === "accepted" ? [result.value] : []));
      const trouble = results.find((result) => result.outcome !== "accepted" && !isStrange(result));
      const [first] = results;
      if (trouble) return trouble as Exclude<typeof trouble, { outcome: "accepted" }>;
      // One wallet that we do not serve is no reason to serve none of the others.
      return wallets.length === 0 && first && first.outcome !== "accepted" ? first : accepted(wallets);
    },
    async strangers() {
      const results = await Promise.all(walletReferences.map(read));
      return accepted(
        results.flatMap((result, index) =>
          result.outcome !== "accepted" && isStrange(result)
            ? [{ walletReference: walletReferences[index] ?? "", reason: reasonOf(result) }]
            : [],
        ),
      );
    },
    async find(walletReference, assetReference) {
      const wallet = known.get(walletReference);
      const complete =
        assetReference === undefined || wallet?.assets.some((asset) => asset.assetReference === assetReference);
      return wallet && complete ? accepted(wallet) : read(walletReference);
    },
    balances: (walletReference) =>
      ask(
        {
          method: "GET",
          path: `/wallets/${encodeURIComponent(walletReference)}/balances`,
          name: "/wallets/{id}/balances",
          walletReference,
          effect: "read",
        },
        (data) => {
          const entries = z.array(z.unknown()).parse(data);
          return balancesOf(walletReference, readEach(entries, (entry) => balanceSchema.parse(entry)).values);
        },
      ),
  };
}

/** The provider answered, and it is no wallet that we serve; anything else may be another answer the next time. */
export const isStrange = (result: ProviderResult<unknown>): boolean =>
  result.outcome === "notFound" ||
  (result.outcome === "rejected" && ["unsupported_network", "unreadable_wallet"].includes(result.failure.code));

const reasonOf = (result: ProviderResult<unknown>): string =>
  result.outcome === "rejected" ? result.failure.message : "not found";

/** What the provider calls an entry, where that can be read: its other members may change from look to look. */
const namedBy = (entry: unknown): { providerReference?: string } => {
  const named = z.looseObject({ id: z.string().min(1) }).safeParse(entry);
  return named.success ? { providerReference: named.data.id } : {};
};

function assetOf(
  { id, isActive, asset }: z.infer<typeof walletAssetSchema>,
  network: CustodyAsset["network"],
): CustodyAsset {
  return {
    assetReference: id,
    asset: asset.symbol.toUpperCase(),
    decimals: asset.decimals,
    contract: asset.address ?? "",
    network,
    enabled: isActive !== false && asset.isActive !== false,
  };
}

/** The native coin is one of the balances; it is told apart by its address. */
function balancesOf(walletReference: string, entries: readonly z.infer<typeof balanceSchema>[]): CustodyBalances {
  const balances = [];
  let native: CustodyBalances["native"];
  for (const { asset: entry, balance } of entries) {
    const amount = { amount: balance, asset: entry.asset.symbol.toUpperCase() };
    if (isGas(entry.asset)) native = amount;
    else balances.push({ ...amount, assetReference: entry.id });
  }
  return { walletReference, balances, ...(native === undefined ? {} : { native }) };
}
