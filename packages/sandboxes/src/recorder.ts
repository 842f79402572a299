import { appendFileSync, mkdirSync } from "node:fs";
import path from "node:path";

/**
 * One thing that passed between a client and a sandbox. With `COFFER_RECORD_DIR` set, every sandbox of a process appends what
 * passes to `<COFFER_RECORD_DIR>/<provider>-<process id>.jsonl`, one JSON object a line, so that a judge can compare it with the
 * provider's own types. What was spoilt on purpose (a cut or malformed reply) is recorded as it would have been.
 */
export type Recorded = {
  /** It carries what a test planted to be wrong. */
  readonly planted?: true;
} & (
  | {
      readonly kind: "request";
      /** `stripe`, `coinbase`, `blockradar`. */
      readonly provider: string;
      /** The client's own account of itself, so that requests of the service are told from those of a test. */
      readonly userAgent: string;
      readonly method: string;
      /** Without the query. */
      readonly path: string;
      /** The query string as it came, without its question mark. */
      readonly query: string;
      /** The version of the API that the client asked for, where there is such a header. */
      readonly version: string | null;
      /** As the sandbox parsed it: a form's brackets are objects and arrays, its values texts. */
      readonly body: unknown;
      /** What it was answered, parsed. */
      readonly status: number;
      readonly reply: unknown;
    }
  | {
      readonly kind: "webhook";
      readonly provider: string;
      readonly type: string;
      /** What was sent, parsed. Once for each event, however often it is sent. */
      readonly body: unknown;
    }
);

const FOLDER = process.env.COFFER_RECORD_DIR;

const planted: string[] = [];

/** What holds this text from now on was made wrong on purpose, and is recorded as such. */
export function plant(text: string): void {
  if (FOLDER) planted.push(JSON.stringify(text).slice(1, -1), text);
}

/** Plants an entry of a list, by its id; one without an id is known by its neighbours in the list. */
export function plantEntry(entry: unknown): void {
  const { id } = typeof entry === "object" && entry !== null ? (entry as { id?: unknown }) : {};
  if (typeof id === "string" && id !== "") plant(`"${id}"`);
}

/** Writes down what passed; does nothing unless `COFFER_RECORD_DIR` is set. */
export function record(make: () => Recorded): void {
  if (!FOLDER) return;
  const recorded = make();
  mkdirSync(FOLDER, { recursive: true });
  const line = JSON.stringify(recorded);
  const marked = planted.some((text) => line.includes(text)) ? JSON.stringify({ planted: true, ...recorded }) : line;
  appendFileSync(path.join(FOLDER, `${recorded.provider}-${process.pid}.jsonl`), `${marked}\n`);
}

/** A body as JSON, or as the text it is. */
export function parsedBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
