import t from "tap";
import { LruMap } from "../../src/core/lru.js";

t.test("it forgets, but never what is in use", async (t) => {
  const map = new LruMap<number, number>(10);
  map.set(-1, 1);
  let remembered = 0;
  for (let key = 0; key < 1_000; key += 1) {
    map.set(key, key);
    t.equal(map.get(-1), 1);
  }
  for (let key = 0; key < 1_000; key += 1) if (map.get(key) !== undefined) remembered += 1;
  t.ok(remembered >= 4 && remembered <= 10, `${remembered} remembered`);
  map.set(-1, 2);
  t.equal(map.get(-1), 2, "the newest value wins");
});
