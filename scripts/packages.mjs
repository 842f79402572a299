// The folders of our own packages, as paths from the project's: those that have a package.json. A folder that a change of branch
// left behind has none.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");

export const packages = readdirSync(path.join(root, "packages"))
  .map((name) => path.join("packages", name))
  .filter((folder) => existsSync(path.join(root, folder, "package.json")));
