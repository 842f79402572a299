import { canonicalAddress, canonicalHash } from "../../../../core/addresses.js";
import {
  type CustodyProviderName,
  type DepositNews,
  NETWORKS,
  type WithdrawalNews,
} from "../../../../providers/ports/index.js";

/** News, and who tells it: what two providers call by one name are two things. */
export type Told<News extends DepositNews | WithdrawalNews> = News & { readonly provider: CustodyProviderName };

/** News with its hash and addresses in the one spelling in which they are stored and compared. */
export function canonicalNews(news: Told<DepositNews>): Told<DepositNews> {
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

/**
 * What identifies coins on a chain; the provider's own id where it does not tell which log of the transaction they are. Takes
 * canonical news.
 */
export const chainKeyOf = ({
  provider,
  network,
  transactionHash,
  logIndex,
  providerReference,
}: Told<DepositNews>): string =>
  network !== undefined && transactionHash !== undefined && logIndex !== undefined
    ? `${network}:${transactionHash}:${logIndex}`
    : `${provider}:${providerReference}`;

/** Whether a key, made of what this provider told, says which transfer of its transaction it means. */
export const isExact = (provider: CustodyProviderName, chainKey: string): boolean =>
  !chainKey.startsWith(`${provider}:`);

// What is booked under a key is never booked again, so the keys of the first provider stay as they were when it was the only one.
const UNNAMED_IN_KEYS: CustodyProviderName = "blockradar";

/** Under which key coins are booked that left and that no payout explains. */
export const strayKey = ({ provider, providerReference }: Told<WithdrawalNews>): string =>
  provider === UNNAMED_IN_KEYS ? `withdrawal:${providerReference}` : `withdrawal:${provider}:${providerReference}`;
