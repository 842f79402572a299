import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { createClient } from "@hey-api/openapi-ts";
import openapiTypes, { astToString } from "openapi-typescript";
import { generateApi } from "swagger-typescript-api";
import t from "tap";

// What people generate from the document compiles, and knows what comes back.

const root = path.resolve(import.meta.dirname, "..", "..", "..");
const document = path.join(root, "openapi", "openapi.json");

const TSCONFIG = {
  compilerOptions: {
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    module: "ESNext",
    moduleResolution: "bundler",
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    paths: { zod: [path.join(root, "node_modules", "zod")] },
  },
  include: ["."],
};

// Two types are the same when nothing tells them apart, so `any` and `unknown` are like nothing but themselves.
const SAME = `type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(answer: Same<A, B>): boolean => answer;
`;

const claims = (created: string, listed: string) => `${SAME}
export const said = [
  same<${created}, Payment>(true),
  same<${created}, Refund>(false),
  same<Payment["id"], string>(true),
  same<Payment["amount"], number>(true),
  same<${listed}, Payment>(true),
  same<NonNullable<PutAutoTopUp["consent"]>["acceptedAt"], string>(true),
];
`;

const GENERATORS: Record<string, { generate(folder: string): Promise<unknown>; proof: string }> = {
  "openapi-typescript": {
    generate: async (folder) =>
      writeFile(path.join(folder, "api.ts"), astToString(await openapiTypes(pathToFileURL(document)))),
    proof: `import type { components, operations } from "./api";
type Payment = components["schemas"]["Payment"];
type Refund = components["schemas"]["Refund"];
type PutAutoTopUp = components["schemas"]["PutAutoTopUp"];
type Created = operations["createPayment"]["responses"][201]["content"]["application/json"];
type Listed = operations["listPayments"]["responses"][200]["content"]["application/json"]["data"][number];
${claims("Created", "Listed")}`,
  },
  "@hey-api/openapi-ts": {
    generate: (folder) =>
      createClient({
        input: document,
        output: { path: path.join(folder, "api") },
        plugins: ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch", "zod"],
        logs: { level: "silent", file: false },
      }),
    proof: `import { createPayment, listPayments, type Payment, type PutAutoTopUp, type Refund } from "./api";
type Created = Awaited<ReturnType<typeof createPayment<true>>>["data"];
type Listed = Awaited<ReturnType<typeof listPayments<true>>>["data"]["data"][number];
${claims("Created", "Listed")}`,
  },
  "swagger-typescript-api": {
    generate: (folder) => generateApi({ input: document, output: folder, fileName: "api.ts", silent: true }),
    proof: `import type { Api, Payment, PutAutoTopUp, Refund } from "./api";
type Routes = InstanceType<typeof Api<unknown>>["v1"];
type Created = Awaited<ReturnType<Routes["createPayment"]>>["data"];
type Listed = Awaited<ReturnType<Routes["listPayments"]>>["data"]["data"][number];
${claims("Created", "Listed")}`,
  },
};

for (const [name, { generate, proof }] of Object.entries(GENERATORS)) {
  t.test(`clients: what ${name} makes of the document compiles, and createPayment answers a Payment`, async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), "coffer-client-"));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    await generate(folder);
    await writeFile(path.join(folder, "proof.ts"), proof);
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
    t.equal(await compile(folder), "");
  });
}

t.test("clients: operations are named once, in words that every language takes", async (t) => {
  const { paths } = JSON.parse(await readFile(document, "utf8")) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const names = Object.values(paths).flatMap((methods) => Object.values(methods).map((each) => each.operationId));
  t.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length);
  for (const name of names) t.match(name, /^[a-z][A-Za-z]+$/);
});

/** What the compiler complains of. */
async function compile(folder: string): Promise<string> {
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  try {
    return (await promisify(execFile)(process.execPath, [compiler, "-p", folder])).stdout;
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error);
  }
}
