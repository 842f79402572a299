import fc from "fast-check";
import t from "tap";
import { canonicalJson } from "../../src/core/canonical.js";
import { mapLimited } from "../../src/core/concurrency.js";
import { parseStrictJson } from "../../src/core/strict-json.js";

const bytes = (text: string) => Buffer.from(text, "utf8");
const FORBIDDEN = /__proto__|constructor|prototype/;

t.test("reads what JSON.parse reads, whatever strings contain", async () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      fc.pre(!FORBIDDEN.test(text));
      return canonicalJson(parseStrictJson(bytes(text))) === canonicalJson(JSON.parse(text));
    }),
    { numRuns: 2_000 },
  );
});

t.test("refuses a repeated key at any depth", async () => {
  const key = fc.string().filter((name) => !FORBIDDEN.test(name));
  fc.assert(
    fc.property(key, fc.jsonValue(), fc.jsonValue(), fc.boolean(), (name, first, second, nested) => {
      fc.pre(!FORBIDDEN.test(JSON.stringify([first, second])));
      const object = `{${JSON.stringify(name)}:${JSON.stringify(first)}, ${JSON.stringify(name)} : ${JSON.stringify(second)}}`;
      try {
        parseStrictJson(bytes(nested ? `[{"outer":${object}}]` : object));
        return false;
      } catch (error) {
        return /repeats a key/.test(String(error));
      }
    }),
    { numRuns: 1_000 },
  );
});

t.test("canonical text does not depend on the order of keys", async (t) => {
  t.equal(canonicalJson({ b: 1, a: { d: [1, { z: 1, y: 2 }], c: undefined } }), '{"a":{"d":[1,{"y":2,"z":1}]},"b":1}');
});

t.test("limited concurrency keeps order and the limit", async (t) => {
  let running = 0;
  let most = 0;
  const results = await mapLimited([5, 1, 4, 2, 3], 2, async (item, index) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, item));
    running -= 1;
    return item * 10 + index;
  });
  t.strictSame(results, [50, 11, 42, 23, 34]);
  t.equal(most, 2);
  await t.rejects(
    mapLimited([1], 2, async () => Promise.reject(new Error("no"))),
    /no/,
  );
});
