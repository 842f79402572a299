const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);

let steps = 0;

/** The headline of a step. */
export function headline(text: string): void {
  steps += 1;
  console.log(`\n${bold(`${steps}. ${text}`)}`);
}

/** What was done, or what came of it. */
export const tell = (text: string): void => console.log(`   ${text}`);
/** Something that had to hold, and did. */
export const confirm = (text: string): void => console.log(`   ${green("ok")} ${text}`);

/** A table with a rule under its head. Columns named in `right` are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], right: ReadonlySet<number>): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) =>
      right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
  console.log(`   ${bold(line(head).join("  ").trimEnd())}`);
  console.log(`   ${dim(widths.map((width) => "-".repeat(width)).join("  "))}`);
  for (const row of rows) {
    const text = `   ${line(row).join("  ").trimEnd()}`;
    console.log(row.at(-1) === WRONG ? red(text) : text);
  }
}

/** In the last column of a row: it is printed in red. */
export const WRONG = "WRONG";
