import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const foldersOf = (folder: string) =>
  readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

t.test("CONTRIBUTING and the import map name the modules that there are, area by area", async (t) => {
  const areas = Object.fromEntries(foldersOf("src/modules").map((area) => [area, foldersOf(`src/modules/${area}`)]));
  const text = readFileSync(path.join(ROOT, "CONTRIBUTING.md"), "utf8");
  const said = [...text.matchAll(/^ {4}(\w+)\/ +([a-z].*)$/gm)].map(([, area = "", modules = ""]) => [
    area,
    modules
      .replaceAll(/\([^)]*\)/g, "")
      .trim()
      .split(/\s+/)
      .sort(),
  ]);
  t.strictSame(Object.fromEntries(said), areas);
  const map = readFileSync(path.join(ROOT, ".dependency-cruiser.cjs"), "utf8");
  const [, declared = ""] = /const MAY_IMPORT = \{([\s\S]*?)\n\};/.exec(map) ?? [];
  const names = [...declared.matchAll(/^ {2}"?([a-z-]+)"?: \[/gm)].map(([, name]) => name).sort();
  t.strictSame(names, Object.values(areas).flat().sort());
});

t.test("CONTRIBUTING names the packages that there are, and each is called after its folder", async (t) => {
  const folders = foldersOf("packages");
  const text = readFileSync(path.join(ROOT, "CONTRIBUTING.md"), "utf8");
  const [, listed = ""] = /^packages\/.*\n((?: {2}\w+\/.*\n)+)/m.exec(text) ?? [];
  t.strictSame([...listed.matchAll(/^ {2}(\w+)\//gm)].map(([, name]) => name).sort(), folders);
  for (const folder of folders) {
    const { name } = JSON.parse(readFileSync(path.join(ROOT, "packages", folder, "package.json"), "utf8"));
    t.equal(name, `@coffer/${folder}`, "build/node_modules/@coffer leads to packages/");
  }
});
