import type { Test } from "tap";
import { bundleChild, type Child, Fleet } from "../crash/fleet.js";
import { caller, createWorld, type TestService, type TestWorld } from "../helpers/service.js";

export interface Replica {
  readonly url: string;
  readonly call: TestService["call"];
  readonly child: Child;
}

/** Several service processes on one database, and the world that they share. */
export async function startReplicas(t: Test, count: number): Promise<{ world: TestWorld; replicas: Replica[] }> {
  const world = await createWorld(t);
  const fleet = new Fleet(t, await bundleChild(world.env), world.env);
  const replicas: Replica[] = [];
  for (let index = 0; index < count; index += 1) {
    const child = fleet.take();
    const url = await child.start();
    replicas.push({ url, call: caller(url), child });
  }
  return { world, replicas };
}
