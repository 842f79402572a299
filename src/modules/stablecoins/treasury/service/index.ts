export {
  buyAt,
  type CustodyRoute,
  chainAmount,
  costAt,
  custodyMap,
  everyWallet,
  gasAmount,
  networksOf,
  priceIn,
  refusedAddress,
  routeOf,
  sameSpelling,
  screenAddress,
  tokenByContract,
  walletFor,
} from "./custody.js";
export type { TreasuryDeps } from "./deps.js";
export { cancelFunding, expectFunding, listFundings } from "./fundings.js";
export { canonicalNews, chainKeyOf, isExact, strayKey, type Told } from "./identity.js";
export { nameStrangers, overview, setThreshold, type TreasuryView, watchTreasury } from "./overview.js";
export { answerOf, askEach, custodyOf, failuresOf, unclearAnswer } from "./providers.js";
export { type FundingArrival, prepareFunding, settleFunding } from "./receipts.js";
export { listReceipts, reviewReceipt } from "./review-receipts.js";
export { bookStrayWithdrawal, prepareStrayWithdrawal, whyForeign } from "./stray.js";
export { keepUnreadable } from "./unreadable.js";
