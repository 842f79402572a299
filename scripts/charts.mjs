// Writes the tables of what may become of a money object into docs/*.md, between `<!-- chart: NAME -->` and
// `<!-- end of chart -->`, from the charts in src/modules/*/*/rules/chart.ts. With --check it writes nothing and fails when one
// of them is stale, or stands on no page.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");

async function load(source, name) {
  // Inside the project, so that the packages it imports are found.
  const outfile = path.join(root, "build", "tools", `${name}.mjs`);
  const entryPoints = [path.join(root, "src", source)];
  buildSync({ entryPoints, outfile, bundle: true, packages: "external", platform: "node", format: "esm" });
  return import(pathToFileURL(outfile).href);
}

const { ACTORS } = await load("kernel/charts.ts", "charts");
const charts = new Map();
for (const file of readdirSync(path.join(root, "src", "modules"), { recursive: true }).sort()) {
  if (!file.endsWith(path.join("rules", "chart.ts"))) continue;
  const declared = await load(path.join("modules", file), `chart-of-${file.split(path.sep)[1]}`);
  for (const chart of Object.values(declared).filter((each) => each.transitions)) charts.set(chart.name, chart);
}

const code = (words) => words.map((word) => `\`${word}\``).join(", ");

function table({ begins, transitions }) {
  const rows = [...begins.map((begin) => ({ ...begin, from: undefined })), ...transitions].map(
    ({ from, to, by, moves, event }) =>
      `| ${from ? code(from) : "(new)"} | \`${to}\` | ${by.join(", ")} | ${moves ?? ""} | ${event ? `\`${event}\`` : ""} |`,
  );
  const actors = Object.entries(ACTORS).filter(([name]) =>
    [...begins, ...transitions].some(({ by }) => by.includes(name)),
  );
  const legend = actors.map(([name, meaning]) => `*${name}*: ${meaning}`).join(". ");
  return ["| from | to | by | what moves | event |", "|---|---|---|---|---|", ...rows, "", `${legend}.`].join("\n");
}

const MARKED = /(<!-- chart: ([a-z -]+) -->\n)[\s\S]*?(<!-- end of chart -->)/g;
const stale = [];
const placed = new Set();
for (const name of readdirSync(path.join(root, "docs")).filter((file) => file.endsWith(".md"))) {
  const file = path.join(root, "docs", name);
  const before = readFileSync(file, "utf8");
  const after = before.replaceAll(MARKED, (_, start, object, end) => {
    const chart = charts.get(object);
    if (!chart) throw new Error(`docs/${name}: no chart is named ${object}`);
    placed.add(object);
    return `${start}${table(chart)}\n${end}`;
  });
  if (after === before) continue;
  stale.push(`docs/${name}`);
  if (!process.argv.includes("--check")) {
    writeFileSync(file, after);
    console.log(`wrote docs/${name}`);
  }
}
const homeless = [...charts.keys()].filter((name) => !placed.has(name));
if (homeless.length > 0) {
  console.error(`on no page of docs/: ${homeless.join(", ")}`);
  process.exit(1);
}
if (process.argv.includes("--check") && stale.length > 0) {
  console.error(`stale: ${stale.join(", ")} (npm run charts)`);
  process.exit(1);
}
