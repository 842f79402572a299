import { listStrangers, type TreasuryDeps, watchTreasury } from "./service/index.js";

/** What the worker runs for the treasury. Names the wallets that are not served the first time, and when they change. */
export function treasuryJobs(deps: TreasuryDeps, log: (message: string) => void) {
  let named = "";
  return {
    "treasury:watch": async () => {
      if (!deps.custody) return;
      const strangers = await listStrangers(deps).catch(() => undefined);
      const names = strangers?.map(({ walletReference, reason }) => `${walletReference}: ${reason}`).join("; ");
      if (names !== undefined && names !== named) {
        named = names;
        if (names !== "") log(`wallets that are not served: ${names}`);
      }
      await watchTreasury(deps);
    },
  };
}
