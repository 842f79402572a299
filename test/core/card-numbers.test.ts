import { randomBytes, randomUUID } from "node:crypto";
import t from "tap";
import { looksLikeCardNumber } from "../../src/core/card-numbers.js";
import { encodeId, systemIds } from "../../src/core/ids.js";

// Numbers that the networks and providers publish for tests, one of each kind and length.
const TEST_CARDS = [
  "4242424242424242",
  "4000056655665556",
  "4222222222222",
  "5555555555554444",
  "5105105105105100",
  "2223003122003222",
  "378282246310005",
  "371449635398431",
  "6011111111111117",
  "6011981111111113",
  "3056930009020004",
  "36227206271667",
  "38520000023237",
  "3566002020360505",
  "6200000000000005",
  "6205500000000000004",
  "6759649826438453",
  "2200000000000053",
];
const VISA = "4242424242424242";
const fours = (digits: string, mark: string) => digits.match(/.{1,4}/g)?.join(mark) ?? digits;
const inScript = (zero: number) => VISA.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

const SPELLINGS: readonly string[] = [
  ...TEST_CARDS,
  ...TEST_CARDS.map((card) => fours(card, " ")),
  ...[" ", "-", ".", "  ", " - ", "/", "_", "\u00a0", "\u2009", "\u202f", "\u3000", "\t", "\n"].map((mark) =>
    fours(VISA, mark),
  ),
  ...["\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\u00b7", "\u200b", "\u2060", "\ufeff", "\u00ad"].map((mark) =>
    fours(VISA, mark),
  ),
  "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
  "42 42 42 42 42 42 42 42",
  "42424242 42424242",
  "4242 42424242 4242",
  "3782 822463 10005",
  "3782-822463-10005",
  "3622 720627 1667",
  "620550 0000000000004",
  "4242 4242 4242 4242 12/29 123",
  "4242424242424242 12/29",
  "4242424242424242,12,29,123",
  "3,4242424242424242,ada",
  "card:4242424242424242",
  "(4242424242424242)",
  "my card is 4242424242424242.",
  "4242424242424242@example.com",
  "https://shop.example/?pan=4242424242424242&x=1",
  "https://shop.example/4242424242424242",
  "pm_4242424242424242",
  "card_number.4242424242424242",
  '{"pan":"4242424242424242"}',
  "%B4242424242424242^LOVELACE/ADA^2912",
  ";4242424242424242=2912",
  inScript(0xff10),
  inScript(0x0660),
  inScript(0x06f0),
  inScript(0x0966),
  inScript(0x1d7ce),
];

const NO_CARDS: readonly string[] = [
  "order-1764272519232",
  "4b755773-9224-451b-a29a-252ad327bbd2",
  "42424242-4242-4242-4242-424242424242",
  "x4242424242424242",
  "4242424242424242x",
  "inv-4242424242424242",
  "4242424242424242-a",
  "4242-4242-4242-4242-12",
  "4242424242424241",
  "1234567890123456",
  "+4915123456789",
  "+49 1512 3456789",
  "4006381333931",
  "0.4242424242424242",
  "1.4242424242424242",
  "DE89 3704 0044 0532 0130 00",
  "GB82 WEST 1234 5698 7654 32",
  "2026-11-27T21:50:01.123456789Z",
  "2026-11-27 21:50:01",
  "1764272519232",
  "1764272519232000",
  "1764272519232000000",
  "175928847299117063",
  "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
  "192.168.100.100 10.0.0.1",
  "9780306406157",
  "",
];

t.test("E11: a card number is one, however it is written", (t) => {
  for (const text of SPELLINGS) t.ok(looksLikeCardNumber(text), JSON.stringify(text));
  t.ok(SPELLINGS.length >= 60);
  t.end();
});

t.test("E12: what only looks like one is none", (t) => {
  for (const text of NO_CARDS) t.notOk(looksLikeCardNumber(text), JSON.stringify(text));
  t.end();
});

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ulid = () => [...randomBytes(26)].map((byte) => CROCKFORD[byte % 32]).join("");
// Any time from June 2015 to 2035, counted from the epochs that Twitter and Discord use.
const millisecond = () => 1_433_116_800_000 + Math.floor(Math.random() * 618_000_000_000);
const snowflake = (epoch: number) => {
  const time = BigInt(Math.max(1, millisecond() - epoch));
  return ((time << 22n) | BigInt(Math.floor(Math.random() * 4_194_304))).toString();
};

const MAKERS: Record<string, () => string> = {
  UUIDv4s: randomUUID,
  UUIDv7s: () => systemIds.uuid(),
  "ids of ours": () => encodeId("pay", systemIds.uuid()),
  ULIDs: ulid,
  "snowflakes of Twitter": () => snowflake(1_288_834_974_657),
  "snowflakes of Discord": () => snowflake(1_420_070_400_000),
  "order references": () => `order-${millisecond()}`,
  milliseconds: () => String(millisecond()),
  microseconds: () => `${millisecond()}${String(Math.floor(Math.random() * 1_000)).padStart(3, "0")}`,
  "times in digits": () => new Date(millisecond()).toISOString().replace(/\D/g, ""),
};

// COFFER_PROVE_IDS=100000 makes it a million ids.
const EACH = Number(process.env.COFFER_PROVE_IDS ?? 5_000);

t.test(`E12: none of ${EACH} generated ids of each kind is refused`, (t) => {
  for (const [kind, make] of Object.entries(MAKERS)) {
    const refused: string[] = [];
    for (let count = 0; count < EACH; count += 1) {
      const id = make();
      if (looksLikeCardNumber(id)) refused.push(id);
    }
    t.strictSame(refused, [], kind);
  }
  t.end();
});

// What took time by the square of its length would take hours here, and the test runner ends it long before.
t.test("E3: a long text is decided in proportion to its length", (t) => {
  for (const unit of ["1 ", "4242-", "1-", "9".repeat(40), "a1", "1.", "\u0664 "]) {
    t.notOk(looksLikeCardNumber(`${unit.repeat(200_000 / unit.length)}x`), JSON.stringify(unit));
  }
  t.end();
});
