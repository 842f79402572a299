import fc from "fast-check";
import t from "tap";
import { decodeId, encodeId, newId, systemIds, uuidOf } from "../../src/core/ids.js";

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The vectors of the TypeID specification (spec/valid.yml and the suffixes of spec/invalid.yml). */
const VALID = {
  "00000000000000000000000000": "00000000-0000-0000-0000-000000000000",
  "00000000000000000000000001": "00000000-0000-0000-0000-000000000001",
  "0000000000000000000000000a": "00000000-0000-0000-0000-00000000000a",
  "0000000000000000000000000g": "00000000-0000-0000-0000-000000000010",
  "00000000000000000000000010": "00000000-0000-0000-0000-000000000020",
  "7zzzzzzzzzzzzzzzzzzzzzzzzz": "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "0123456789abcdefghjkmnpqrs": "0110c853-1d09-52d8-d73e-1194e95b5f19",
  "01h455vb4pex5vsknk084sn02q": "01890a5d-ac96-774b-bcce-b302099a8057",
};
const INVALID = [
  "",
  "/",
  "123456789",
  "1234567890123456789012345 ",
  "0123456789ABCDEFGHJKMNPQRS",
  "123456789-0123456789-0123456",
  "ooooooiiiiiiuuuuuuulllllll",
  "i23456789ol23456789oi23456",
  "123456789-ABCDEFGHJKMNPQRS",
  "8zzzzzzzzzzzzzzzzzzzzzzzzz",
  "00000000000000000000000000000000000000000000000000",
];

t.test("H12: ids are TypeIDs, both ways, remembered or not", async (t) => {
  for (const [text, uuid] of Object.entries(VALID)) {
    t.equal(encodeId("prefix", uuid), `prefix_${text}`);
    t.equal(encodeId("prefix", uuid.toUpperCase()), `prefix_${text}`);
    t.equal(decodeId("prefix", `prefix_${text}`), uuid);
  }
  for (const text of INVALID) t.equal(decodeId("prefix", `prefix_${text}`), undefined, text);
  fc.assert(
    fc.property(
      fc.uuid(),
      (uuid) => decodeId("pay", encodeId("pay", uuid)) === uuid && decodeId("wal", encodeId("pay", uuid)) === undefined,
    ),
    { numRuns: 2_000 },
  );
  for (const text of [
    "",
    "0",
    "00000000-0000-0000-0000-00000000000",
    "00000000-0000-0000-0000-0000000000000",
    "zzzzzzzz-0000-0000-0000-000000000000",
    "00000000000000000000000000000000",
  ])
    t.throws(() => encodeId("pay", text), RangeError, text);
});

t.test("what is not an id of the kind is none", async (t) => {
  const id = newId(systemIds, "pay");
  for (const text of [
    "",
    "pay_",
    id.slice(4),
    id.slice(0, -1),
    `${id}0`,
    id.toUpperCase(),
    `pax_${id.slice(4)}`,
    `pay-${id.slice(4)}`,
    `pay_8${id.slice(5)}`,
    `${id.slice(0, -1)}u`,
    `${id.slice(0, -1)}é`,
    `${id.slice(0, -1)}\u{1f4b0}`,
    `${id.slice(0, -1)}İ`,
  ])
    t.equal(decodeId("pay", text), undefined, text);
  t.throws(() => uuidOf("wal", id), RangeError);
});

t.test("new ids are UUIDv7, sort as they were made, and do not repeat", async (t) => {
  const before = Date.now();
  const made = Array.from({ length: 20_000 }, () => systemIds.uuid());
  t.ok(made.every((uuid) => V7.test(uuid)));
  t.same([...made].sort(), made);
  t.equal(new Set(made).size, made.length);
  const ms = Number.parseInt((made[0] ?? "").replaceAll("-", "").slice(0, 12), 16);
  t.ok(ms >= before && ms <= Date.now() + 1);
});
