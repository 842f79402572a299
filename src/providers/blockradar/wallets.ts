/** Master wallets, their tokens and balances. */
import { z } from "zod";
import type { CustodyAsset, CustodyBalances, CustodyWallet, ProviderResult } from "../port.js";
import { accepted, decimalString, rejected } from "../shared.js";
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
  assets: z.array(walletAssetSchema),
});

const balanceSchema = z.looseObject({ asset: walletAssetSchema, balance: decimalString });

export interface Wallets {
  list(): Promise<ProviderResult<readonly CustodyWallet[]>>;
  /** One wallet as it was when it was last read; read again when it lacks `assetReference`. */
  find(walletReference: string, assetReference?: string): Promise<ProviderResult<CustodyWallet>>;
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
        const wallet = walletSchema.parse(data);
        if (wallet.id !== walletReference) throw new RangeError("a reply about another wallet");
        return wallet;
      },
    );
    if (reply.outcome !== "accepted") return reply;
    const { network, blockchain, address, assets } = reply.value;
    const chain = networkOf(blockchain.slug);
    if (chain === undefined) return rejected("unsupported_network", `no support for the chain ${blockchain.slug}`);
    const wallet: CustodyWallet = {
      walletReference,
      network: chain,
      environment: network,
      address,
      nativeAsset: blockchain.symbol.toUpperCase(),
      assets: assets.filter(({ asset }) => !isGas(asset)).map((entry) => assetOf(entry, chain)),
    };
    known.set(walletReference, wallet);
    return accepted(wallet);
  }

  return {
    async list() {
      const results = await Promise.all(walletReferences.map(read));
      const wallets: CustodyWallet[] = [];
      for (const result of results) {
        if (result.outcome !== "accepted") return result;
        wallets.push(result.value);
      }
      return accepted(wallets);
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
        (data) => balancesOf(walletReference, z.array(balanceSchema).parse(data)),
      ),
  };
}

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
