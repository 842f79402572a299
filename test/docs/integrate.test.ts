import { readFileSync } from "node:fs";
import t from "tap";
import { startWorker } from "../../src/worker.js";
import { ADMIN_KEY, startTestService } from "../helpers/service.js";

const PAGE = new URL("../../../docs/integrate.md", import.meta.url);

// Whoever copies from the page copies what runs here.
t.test("the code of docs/integrate.md runs as it stands", async (t) => {
  const { url, deps } = await startTestService(t);
  const worker = await startWorker(deps);
  t.teardown(() => worker.stop());
  const blocks = [...readFileSync(PAGE, "utf8").matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  t.ok(blocks.length >= 8);
  const said: string[] = [];
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...values: unknown[]) => Promise<{ page: { data: { type: string }[] } }>;
  const run = new AsyncFunction("process", "console", `${blocks.join("\n")}\nreturn { page };`);
  const { page } = await run(
    { env: { COFFER_URL: url, COFFER_KEY: ADMIN_KEY } },
    { log: (...words: unknown[]) => said.push(words.join(" ")) },
  );
  t.match(said[0], /^paid \d+ USD, granted \d+ CREDIT$/);
  t.match(
    said.join("\n"),
    /credits can be spent[\s\S]*credits left[\s\S]*offer a package[\s\S]*subscribed until[\s\S]*take back/,
  );
  const types = page.data.map(({ type }) => type);
  for (const type of ["payment.created", "payment.succeeded", "subscription.created"]) t.ok(types.includes(type), type);
});
