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
export {
  cancelFunding,
  expectFunding,
  type FundingArrival,
  listFundings,
  prepareFunding,
  settleFunding,
} from "./fundings.js";
export { listStrangers, overview, setThreshold, type TreasuryView, watchTreasury } from "./overview.js";
export { bookStrayWithdrawal, prepareStrayWithdrawal, whyForeign } from "./stray.js";
export { keepUnreadable } from "./unreadable.js";
