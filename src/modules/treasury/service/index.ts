export {
  answerOf,
  buyAt,
  type CustodyRoute,
  chainAmount,
  custodyMap,
  custodyOf,
  networksOf,
  priceIn,
  refusedAddress,
  routeOf,
  sameSpelling,
  screenAddress,
  syncCustody,
  tokenByContract,
  walletFor,
} from "./custody.js";
export type { TreasuryDeps } from "./deps.js";
