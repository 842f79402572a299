export {
  attachMethod,
  createSetup,
  detachMethod,
  getSetup,
  listMethods,
  type Setup,
  type ShownMethods,
  setDefaultMethod,
} from "./act-on-methods.js";
export type { PaymentMethodDeps } from "./deps.js";
export { announceExpiring, findMethod, lockMethods, requireMethod, sweepMethods } from "./look-after-methods.js";
export { followMethodEvent, refreshAll, refreshMethods } from "./refresh-methods.js";
