import t from "tap";
import { AppError } from "../../src/core/errors.js";
import type { Database, Tx } from "../../src/db/client.js";
import { type Act, type AskingDeps, askOnce, askPromised, type BrokenAsking } from "../../src/kernel/asking.js";

type Answer = { readonly outcome: "accepted"; readonly value: string };

/** A database that only says when a transaction is open, and what happens, in order. */
function stage() {
  const steps: string[] = [];
  const broken: BrokenAsking[] = [];
  const transaction = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    steps.push("begin");
    const result = await work({} as Tx);
    steps.push("commit");
    return result;
  };
  const deps: AskingDeps = {
    db: { transaction } as unknown as Database,
    onBrokenAsking: (each) => void broken.push(each),
  };
  const act = (ask: () => Promise<Answer>): Act<string, Answer, string> => ({
    name: "things.make",
    id: "thg_1",
    ask: (promised) => {
      steps.push(`ask ${promised}`);
      return ask();
    },
    settle: async (promised, answer) => {
      steps.push(`settle ${promised} ${answer.outcome}`);
      return answer.outcome;
    },
  });
  return { steps, broken, deps, act };
}

const accepted = async (): Promise<Answer> => ({ outcome: "accepted", value: "x" });

t.test("the promise commits before the provider is asked, and is handed to both steps", async (t) => {
  const { deps, act, steps } = stage();
  t.equal(await askOnce(deps, { ...act(accepted), promise: async () => ({ ask: "p" }) }), "accepted");
  t.strictSame(steps, ["begin", "commit", "ask p", "settle p accepted"]);
});

t.test("what is settled already is not asked for", async (t) => {
  const { deps, act, steps } = stage();
  t.equal(await askOnce(deps, { ...act(accepted), promise: async () => ({ settled: "done" }) }), "done");
  t.strictSame(steps, ["begin", "commit"]);
});

t.test("what was promised before goes the same way from there", async (t) => {
  const { deps, act, steps } = stage();
  t.equal(await askPromised(deps, act(accepted), "p"), "accepted");
  t.strictSame(steps, ["ask p", "settle p accepted"]);
});

t.test("an asking that breaks off is an answer that nobody knows, and its error is told with the id", async (t) => {
  const { deps, act, steps, broken } = stage();
  const error = new Error("the reply could not be read");
  t.equal(
    await askPromised(
      deps,
      act(() => Promise.reject(error)),
      "p",
    ),
    "unknown",
  );
  t.strictSame(steps, ["ask p", "settle p unknown"]);
  t.strictSame(broken, [{ act: "things.make", id: "thg_1", error }]);
  t.equal(broken[0]?.error, error, "the error itself, with its stack");
});

t.test("a refusal of ours is no answer of the provider's, nor is trouble of our database", async (t) => {
  const { deps, act, steps, broken } = stage();
  const refusal = new AppError("payments.rejected", "no");
  await t.rejects(
    askPromised(
      deps,
      act(() => Promise.reject(refusal)),
      "p",
    ),
    refusal,
  );
  const lost = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  await t.rejects(
    askPromised(
      deps,
      act(() => Promise.reject(lost)),
      "p",
    ),
    lost,
  );
  t.strictSame([steps, broken], [["ask p", "ask p"], []], "nothing is settled");
});

t.test("a promise that fails asks for nothing", async (t) => {
  const { deps, act, steps } = stage();
  const promise = () => Promise.reject(new Error("no such row"));
  await t.rejects(askOnce(deps, { ...act(accepted), promise }), { message: "no such row" });
  t.strictSame(steps, ["begin"]);
});
