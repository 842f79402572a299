// tap runs this once after all test files.
import { stopClusterOf } from "./cluster.js";

await stopClusterOf(process.ppid);
