import t from "tap";
import { Batcher } from "../../src/core/batcher.js";

const settled = (items: readonly number[]): PromiseSettledResult<number>[] =>
  items.map((item) =>
    item < 0 ? { status: "rejected", reason: new Error(`no ${item}`) } : { status: "fulfilled", value: item * 2 },
  );
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

t.test("what arrives while a batch is in flight rides in the next", async (t) => {
  const batches: number[][] = [];
  const batcher = new Batcher<number, number>({
    maxItems: 3,
    maxInFlight: 2,
    patienceMs: 10_000,
    run: async (items) => {
      batches.push(items);
      await wait(5);
      return settled(items);
    },
  });
  const first = [batcher.add(1), batcher.add(2)];
  await wait(1);
  const later = [3, 4, 5, 6].map((item) => batcher.add(item));
  t.same(await Promise.all([...first, ...later]), [2, 4, 6, 8, 10, 12]);
  t.same(batches, [[1, 2], [3, 4, 5], [6]]);
  await batcher.drain();
});

t.test("a second batch starts as soon as enough waits for it, a third does not", async (t) => {
  const batches: number[][] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const batcher = new Batcher<number, number>({
    maxItems: 10,
    maxInFlight: 3,
    patienceMs: 10_000,
    secondAt: 2,
    run: async (items) => {
      batches.push(items);
      await released;
      return settled(items);
    },
  });
  const added = [batcher.add(1)];
  await wait(0);
  added.push(batcher.add(2));
  await wait(0);
  t.same(batches, [[1]], "one more is not worth a batch");
  added.push(batcher.add(3));
  await wait(0);
  t.same(batches, [[1], [2, 3]]);
  added.push(batcher.add(4), batcher.add(5));
  await wait(0);
  t.same(batches, [[1], [2, 3]]);
  release();
  t.same(await Promise.all(added), [2, 4, 6, 8, 10]);
  t.same(batches, [[1], [2, 3], [4, 5]]);
});

t.test("a batch that hangs holds up nobody for longer than the patience", async (t) => {
  let release = () => {};
  const batcher = new Batcher<number, number>({
    maxItems: 10,
    maxInFlight: 2,
    patienceMs: 10,
    run: async (items) => {
      if (items.includes(0)) await new Promise<void>((resolve) => (release = resolve));
      return settled(items);
    },
  });
  const stuck = batcher.add(0);
  await wait(0);
  t.equal(await batcher.add(1), 2);
  t.equal(await batcher.add(2), 4, "and then not at all");
  release();
  t.equal(await stuck, 0);
  await batcher.drain();
});

t.test("without patience, as many run at once as may", async (t) => {
  let running = 0;
  let most = 0;
  const batcher = new Batcher<number, number>({
    maxItems: 1,
    maxInFlight: 2,
    run: async (items) => {
      running += 1;
      most = Math.max(most, running);
      await wait(2);
      running -= 1;
      return settled(items);
    },
  });
  await Promise.all([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
  t.equal(most, 2);
});

t.test("a refused item is its own; a failed batch is everybody's", async (t) => {
  const batcher = new Batcher<number, number>({
    maxItems: 10,
    maxInFlight: 1,
    run: async (items) => {
      if (items.includes(13)) throw new Error("lost");
      return items.includes(7) ? settled(items.slice(1)) : settled(items);
    },
  });
  const [good, bad] = await Promise.allSettled([batcher.add(1), batcher.add(-1)]);
  t.match(good, { status: "fulfilled", value: 2 });
  t.match(bad, { status: "rejected", reason: /no -1/ });
  t.match(await Promise.allSettled([batcher.add(13), batcher.add(1)]), [{ reason: /lost/ }, { reason: /lost/ }]);
  t.match(await Promise.allSettled([batcher.add(7), batcher.add(8)]), [{ value: 16 }, { reason: /too few/ }]);
  await batcher.drain();
  await batcher.drain();
});
