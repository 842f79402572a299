import { randomBytes } from "node:crypto";
import pg from "pg";
import type { Test } from "tap";

/** A login role of its own, as a member of others, and the database's address for it. Gone after the test. */
export async function createLoginRole(
  t: Test,
  url: string,
  options: { readonly memberOf?: string; readonly owner?: boolean } = {},
): Promise<{ role: string; url: string }> {
  const role = `coffer_test_${randomBytes(6).toString("hex")}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(
    `CREATE ROLE ${role} LOGIN NOSUPERUSER PASSWORD 'test-only' ${options.memberOf ? `IN ROLE ${options.memberOf}` : ""}`,
  );
  if (options.owner) {
    const { rows } = await admin.query("SELECT current_database() AS name");
    await admin.query(`ALTER DATABASE ${rows[0].name} OWNER TO ${role}`);
  }
  t.teardown(async () => {
    await admin.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER`).catch(() => undefined);
    await admin.query(`DROP OWNED BY ${role}`).catch(() => undefined);
    await admin.query(`DROP ROLE IF EXISTS ${role}`).catch(() => undefined);
    await admin.end();
  });
  const address = new URL(url);
  address.username = role;
  address.password = "test-only";
  return { role, url: address.href };
}
