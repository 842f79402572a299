import fc from "fast-check";
import t from "tap";
import { canonicalJson, fingerprint } from "../../src/core/canonical.js";

/** The same value with the members of every object in another order. */
const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
};

t.test("however a value was written, its text is the same, and reads back as the value", (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      t.equal(canonicalJson(shuffled(value)), text);
      t.same(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    }),
  );
  t.end();
});

t.test("the order of keys is that of their characters, at every depth", (t) => {
  t.equal(canonicalJson({ b: 1, a: [{ d: null, c: "x" }] }), '{"a":[{"c":"x","d":null}],"b":1}');
  t.equal(canonicalJson({ 9: "nine", 10: "ten" }), '{"10":"ten","9":"nine"}');
  t.equal(canonicalJson({ a: undefined, b: 1 }), '{"b":1}');
  t.equal(canonicalJson(undefined), "null");
  t.end();
});

t.test("two times are two values", (t) => {
  const at = (text: string) => ({ name: "ci", expiresAt: new Date(text) });
  t.equal(canonicalJson(at("2027-01-01")), '{"expiresAt":"2027-01-01T00:00:00.000Z","name":"ci"}');
  t.notSame(fingerprint(at("2027-01-01")), fingerprint(at("2027-01-02")));
  t.same(fingerprint(at("2027-01-01")), fingerprint(at("2027-01-01T00:00:00Z")));
  t.end();
});
