export {
  answerOf,
  buyAt,
  type CustodyRoute,
  chainAmount,
  costAt,
  custodyMap,
  custodyOf,
  gasAmount,
  networksOf,
  priceIn,
  refusedAddress,
  routeOf,
  sameSpelling,
  screenAddress,
  tokenByContract,
  unclearAnswer,
  walletFor,
} from "./custody.js";
export type { TreasuryDeps } from "./deps.js";
export { cancelFunding, expectFunding, listFundings } from "./fundings.js";
export { canonicalNews, chainKeyOf, isExact } from "./identity.js";
export { nameStrangers, overview, setThreshold, type TreasuryView, watchTreasury } from "./overview.js";
export { type FundingArrival, prepareFunding, settleFunding } from "./receipts.js";
export { listReceipts, reviewReceipt } from "./review-receipts.js";
export { bookStrayWithdrawal, prepareStrayWithdrawal, whyForeign } from "./stray.js";
export { keepUnreadable } from "./unreadable.js";
