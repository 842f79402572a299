// tap runs this once before all test files: one cluster for the run, which ends with tap (process.ppid) at the latest.
import { startClusterFor } from "./cluster.js";

if (!process.env["TEST_DATABASE_URL"]) await startClusterFor(process.ppid);
