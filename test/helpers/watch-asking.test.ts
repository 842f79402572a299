import t from "tap";
import type { Tx } from "../../src/db/client.js";
import type { Deps } from "../../src/deps.js";
import { watchAsking } from "./watch-asking.js";

t.test("a call inside a transaction is seen, however deep, and one beside it is not", async (t) => {
  const watch = watchAsking();
  const told: string[] = [];
  const hook = watch.faults(({ name }) => void told.push(name));
  const call = async (name: string) => {
    await Promise.resolve();
    await hook({ phase: "before", name });
  };
  const transaction = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => work({} as Tx);
  const { db } = watch.db({ db: { transaction } } as unknown as Deps);
  await call("http:stripe before");
  await Promise.all([db.transaction(() => call("http:stripe inside")), call("http:stripe beside")]);
  await db.transaction(() => call("sql:insert payments"));
  await call("http:stripe after");
  t.strictSame(watch.asked, ["http:stripe inside"]);
  t.equal(told.length, 5, "and others are told of all");
});
