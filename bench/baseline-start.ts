import path from "node:path";
import { startEmbeddedPostgres } from "@coffer/postgres";
import Fastify from "fastify";

// What a start costs at the least: the same PostgreSQL in the same kind of folder, and a server that does nothing.
const postgres = await startEmbeddedPostgres({ dataDir: path.join(process.env.COFFER_DATA_DIR ?? "", "postgres") });
const app = Fastify();
app.get("/readyz", async () => ({ status: "ready" }));
await app.listen({ port: 0, host: "127.0.0.1" });
process.once("SIGTERM", async () => {
  await app.close();
  await postgres.stop();
  process.exit(0);
});
process.send?.("ready");
