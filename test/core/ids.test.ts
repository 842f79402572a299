import fc from "fast-check";
import t from "tap";
import { fromString, fromUUID, toUUID } from "typeid-js";
import { decodeId, encodeId, newId, systemIds, uuidOf } from "../../src/core/ids.js";

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

t.test("ids are TypeIDs, both ways, remembered or not", async (t) => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const id = encodeId("pay", uuid);
      return id === String(fromUUID(uuid, "pay")) && decodeId("pay", id) === uuid && toUUID(fromString(id)) === uuid;
    }),
    { numRuns: 2_000 },
  );
  for (const uuid of ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"])
    t.equal(decodeId("x", encodeId("x", uuid)), uuid);
  t.end();
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
