import t from "tap";
import { newId, systemIds, type TransactionId, type WalletId } from "../../../../src/core/ids.js";
import {
  debtAccountOf,
  findWalletAccount,
  systemAccount,
  takeBack,
} from "../../../../src/modules/books/ledger/index.js";
import { startTestService } from "../../../helpers/service.js";

t.test("H11: what is taken back a second time under its key is what was taken the first time", async (t) => {
  const { call, deps } = await startTestService(t);
  const grant = (amount: number) =>
    call("POST", "/v1/grants", { body: { customerId: "ada", asset: "CREDIT", amount, note: "x" } });
  const walletId = (await grant(30)).body.walletId as WalletId;
  const account = await findWalletAccount(deps, walletId, "CREDIT");
  if (!account) throw new Error("no account");
  const to = await systemAccount(deps, "credits_issued", "CREDIT");
  const debtAccount = await debtAccountOf(deps, "CREDIT");
  const take = (transactionId: TransactionId) =>
    deps.db.transaction((tx) =>
      takeBack(deps, tx, {
        walletId,
        account,
        asset: "CREDIT",
        amount: 100n,
        to,
        debtAccount,
        transactionId,
        key: "ref_1",
        source: "ref_1",
        actor: "test",
      }),
    );
  t.match(await take(newId(systemIds, "txn")), { taken: 30n, owed: 70n, transferId: /^trf_/ });
  // The posting was committed, and who asked for it did not hear of it; meanwhile the customer has something again.
  t.equal((await grant(200)).status, 201);
  const before = (await call("GET", "/v1/customers/ada/wallet")).body.balances;
  t.strictSame(await take(newId(systemIds, "txn")), { taken: 30n, owed: 70n, transferId: undefined });
  t.strictSame((await call("GET", "/v1/customers/ada/wallet")).body.balances, before);
});
