import { readdirSync } from "node:fs";
import t from "tap";
import { eventually } from "../helpers/service.js";
import { CRASH_TIMEOUT_MS, killAtEveryPoint, type Scenario } from "./harness.js";

const make: Scenario<{ readonly key: string; id?: string }> = {
  prepare: async (_stage, customerId) => ({ key: `export-${customerId}` }),
  steps: [
    async (stage, state) => {
      const body = { kind: "payments", format: "csv", from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" };
      const asked = await stage.call("POST", "/v1/exports", { key: state.key, body });
      state.id = String(asked.body.id);
      return asked;
    },
    async (stage, { id }) => {
      await stage.job("exports:make", { exportId: id });
      return undefined;
    },
  ],
  check: async (t, stage, { id }) => {
    // The database may take a moment to see that who held the export's lock is gone; the sweep comes back to it.
    const shown = await eventually(async () => {
      await stage.job("exports:make", { exportId: id });
      const { body } = await stage.call("GET", `/v1/exports/${id}`);
      return body.status === "running" ? undefined : body;
    });
    t.match(shown, { status: "ready", failure: null });
    const names = readdirSync(String(stage.world.env.EXPORTS_PATH), { recursive: true }).map(String);
    t.strictSame(
      names.filter((name) => name.includes(String(id))),
      [`${id}.csv`],
      "one whole file, and no half one",
    );
    const { rows } = await stage.world.sql.query(
      "SELECT FROM audit_events WHERE action = 'requestExport' AND resource = $1",
      [id],
    );
    t.equal(rows.length, 1);
  },
};

t.setTimeout(CRASH_TIMEOUT_MS);
t.test("a service killed at any point of an export makes one whole file", async (t) => {
  t.setTimeout(CRASH_TIMEOUT_MS);
  await killAtEveryPoint(t, make);
});
