import t from "tap";
import { normalText, storableText, TEXT_MAX, unfitness } from "../../src/core/strings.js";
import { parseProviderJson } from "../../src/providers/json.js";

t.test("what a text of a request may not hold", (t) => {
  for (const text of ["", "Ada\nLovelace\t", "\u00e9", "\ud83d\ude00", "x".repeat(TEXT_MAX)])
    t.equal(unfitness(text), undefined);
  for (const text of ["a\u0000b", "\u001b[2J", "\u0085", "\ud83d", "\udc00x", "\uffff"]) {
    t.match(unfitness(text), /control characters/, JSON.stringify(text));
  }
  t.match(unfitness("x".repeat(TEXT_MAX + 1)), /longer/);
  t.match(unfitness("4242 4242 4242 4242"), /card number/);
  t.equal(normalText("Ame\u0301lie"), "Am\u00e9lie");
  t.end();
});

t.test("E6: a provider's texts are cleaned on the way in, names of members too", (t) => {
  t.equal(storableText("US\u0000DC\ud83d"), "USDC");
  const said = JSON.stringify({ symbol: "US\u0000DC", "na\u0000me": ["\u0001x", 1, null, { deep: "\u0000" }] });
  t.strictSame(parseProviderJson(said), { symbol: "USDC", name: ["x", 1, null, { deep: "" }] });
  t.strictSame(parseProviderJson('{"name":"\\u00e9"}'), { name: "\u00e9" });
  t.throws(() => parseProviderJson("{"), SyntaxError);
  t.end();
});
