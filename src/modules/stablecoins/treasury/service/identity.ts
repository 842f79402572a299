import { canonicalAddress, canonicalHash } from "../../../../core/addresses.js";
import { type DepositNews, NETWORKS } from "../../../../providers/ports/index.js";

/** News with its hash and addresses in the one spelling in which they are stored and compared. */
export function canonicalNews(news: DepositNews): DepositNews {
  if (news.network === undefined) return news;
  const family = NETWORKS[news.network];
  const { transactionHash, contract, toAddress, fromAddress } = news;
  return {
    ...news,
    ...(transactionHash === undefined ? {} : { transactionHash: canonicalHash(family, transactionHash) }),
    ...(contract === undefined ? {} : { contract: canonicalAddress(family, contract) }),
    ...(toAddress === undefined ? {} : { toAddress: canonicalAddress(family, toAddress) }),
    ...(fromAddress === undefined ? {} : { fromAddress: canonicalAddress(family, fromAddress) }),
  };
}

/** How a key begins that does not say which transfer of its transaction it means. */
export const BY_PROVIDER = "blockradar:";

/**
 * What identifies coins on a chain; the provider's own id where it does not tell which log of the transaction they are. Takes
 * canonical news.
 */
export const chainKeyOf = ({ network, transactionHash, logIndex, providerReference }: DepositNews): string =>
  network !== undefined && transactionHash !== undefined && logIndex !== undefined
    ? `${network}:${transactionHash}:${logIndex}`
    : `${BY_PROVIDER}${providerReference}`;

/** Whether a key says which transfer of its transaction it means. */
export const isExact = (chainKey: string): boolean => !chainKey.startsWith(BY_PROVIDER);
