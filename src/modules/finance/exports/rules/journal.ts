import { formatDecimal } from "../../../../core/money.js";
import { type AccountPlace, BETWEEN_HALVES, OPENING, placeOf, signed } from "./accounts.js";

/** What a plain-text journal is written in. */
export type Dialect = "hledger" | "beancount";

export interface JournalAsset {
  readonly code: string;
  readonly scale: number;
}

/** One line of a journal's transaction: debits are positive. */
export interface JournalPosting {
  readonly path: AccountPlace["path"];
  readonly amount: bigint;
  readonly asset: JournalAsset;
}

/** A transfer as the journal needs it. */
export interface JournalTransfer {
  readonly id: string;
  readonly transactionId: string;
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly fromWallet: string | null;
  readonly toWallet: string | null;
  readonly amount: bigint;
  readonly asset: JournalAsset;
  readonly reference: string | null;
  readonly description: string | null;
  readonly createdAt: Date;
}

/** The day of a moment, in UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The lines of a transfer. Their sum is zero, whatever it moves between. */
export function postingsOf({ from, to, amount, asset }: JournalTransfer): JournalPosting[] {
  const postings = [
    { path: placeOf(from).path, amount: signed(from, -amount), asset },
    { path: placeOf(to).path, amount: signed(to, amount), asset },
  ];
  const rest = postings.reduce((sum, posting) => sum + posting.amount, 0n);
  return rest === 0n ? postings : [...postings, { path: BETWEEN_HALVES, amount: -rest, asset }];
}

/** Text that a program must take for text: one line, without what begins a comment or ends a field in either program. */
const plain = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
    .replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ")
    .replace(/[;|]/g, "/")
    .replace(/["\\]/g, "'")
    .trim()
    .slice(0, 200);

/** A name as the program writes it: hledger's are of small letters by custom. */
export const accountName = (dialect: Dialect, path: AccountPlace["path"]): string =>
  dialect === "hledger" ? path.join(":").toLowerCase() : path.join(":");

/** A commodity's name: hledger quotes what is not only letters, and beancount's ends with a letter or a digit. */
export function commodityName(dialect: Dialect, code: string): string {
  if (dialect === "hledger") return /^[A-Z]+$/.test(code) ? code : `"${code}"`;
  return code.endsWith("_") ? `${code}.U` : code;
}

const amountOf = (dialect: Dialect, amount: bigint, { code, scale }: JournalAsset): string =>
  `${formatDecimal(amount, scale)} ${commodityName(dialect, code)}`;

const line = (dialect: Dialect, { path, amount, asset }: JournalPosting): string =>
  `  ${accountName(dialect, path)}  ${amountOf(dialect, amount, asset)}\n`;

interface HeadOptions {
  readonly from: Date;
  readonly to: Date;
  readonly paths: readonly AccountPlace["path"][];
  readonly assets: readonly JournalAsset[];
}

/** The declarations at the top: what the file is, its commodities, its accounts. */
export function journalHead(dialect: Dialect, { from, to, paths, assets }: HeadOptions): string {
  const title = `Coffer, ${from.toISOString()} to ${to.toISOString()}; days are UTC`;
  const names = [...new Set([...paths, OPENING, BETWEEN_HALVES].map((path) => accountName(dialect, path)))].sort();
  if (dialect === "hledger") {
    const commodities = assets.map(
      ({ code, scale }) => `commodity 1000.${"0".repeat(scale)} ${commodityName(dialect, code)}\n`,
    );
    return [`; ${title}\n`, ...commodities, ...names.map((name) => `account ${name}\n`), "\n"].join("");
  }
  const day = dayOf(from);
  const commodities = assets.map(({ code }) => `${day} commodity ${commodityName(dialect, code)}\n`);
  return [
    `;; ${title}\noption "title" "Coffer"\n`,
    ...commodities,
    ...names.map((name) => `${day} open ${name}\n`),
    "\n",
  ].join("");
}

/** A transaction. Meta tells which transfer it is, and what the caller called it. */
export function journalTransaction(dialect: Dialect, transfer: JournalTransfer): string {
  const { id, transactionId, type, reference, description, fromWallet, toWallet } = transfer;
  const day = dayOf(transfer.createdAt);
  const note = plain(description ?? "");
  const tags = [
    ["transaction", transactionId],
    ["reference", plain(reference ?? "")],
    ["from-wallet", fromWallet ?? ""],
    ["to-wallet", toWallet ?? ""],
  ].filter(([, value]) => value !== "") as [string, string][];
  const lines = postingsOf(transfer).map((posting) => line(dialect, posting));
  if (dialect === "hledger") {
    const head = `${day} * (${id}) ${type}${note === "" ? "" : ` | ${note}`}\n`;
    // A tag's value ends at a comma.
    const comments = tags.map(([name, value]) => `  ; ${name}: ${value.replaceAll(",", " ")}\n`);
    return [head, ...comments, ...lines, "\n"].join("");
  }
  const meta = [["transfer", id] as const, ...tags].map(([name, value]) => `  ${name}: "${value}"\n`);
  return [`${day} * "${type}" "${note}"\n`, ...meta, ...lines, "\n"].join("");
}

/** What the accounts held when the window began, in one transaction; nothing when all were empty. */
export function journalOpening(dialect: Dialect, from: Date, balances: readonly JournalPosting[]): string {
  const held = balances.filter(({ amount }) => amount !== 0n);
  if (held.length === 0) return "";
  const lines = held.map((posting) => line(dialect, posting));
  const sums = new Map<string, JournalPosting>();
  for (const { amount, asset } of held) {
    const sum = (sums.get(asset.code)?.amount ?? 0n) - amount;
    sums.set(asset.code, { path: OPENING, amount: sum, asset });
  }
  const rest = [...sums.values()].filter(({ amount }) => amount !== 0n).map((posting) => line(dialect, posting));
  const head = dialect === "hledger" ? "* opening balances" : '* "opening balances" ""';
  return `${dayOf(from)} ${head}\n${lines.join("")}${rest.join("")}\n`;
}

/** Asserts what the ledger says that the accounts held when the window ended. The program that reads the file checks it. */
export function journalClosing(dialect: Dialect, to: Date, balances: readonly JournalPosting[]): string {
  const lastDay = new Date(to.getTime() - 1);
  if (dialect === "hledger") {
    const lines = balances.map(
      ({ path, amount, asset }) =>
        `  ${accountName(dialect, path)}  ${amountOf(dialect, 0n, asset)} = ${amountOf(dialect, amount, asset)}\n`,
    );
    return lines.length === 0 ? "" : `${dayOf(lastDay)} * closing balances, asserted\n${lines.join("")}`;
  }
  // It asserts at the beginning of a day, so it is the day after the last.
  const day = dayOf(new Date(Date.parse(dayOf(lastDay)) + 86_400_000));
  return balances
    .map(({ path, amount, asset }) => {
      const digits = formatDecimal(amount, asset.scale);
      return `${day} balance ${accountName(dialect, path)}  ${digits} ~ 0 ${commodityName(dialect, asset.code)}\n`;
    })
    .join("");
}
