import { createHash } from "node:crypto";
import { createReadStream, readdirSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Recorded } from "@coffer/sandboxes/testing";
import type { Fault } from "./check-value.js";
import { judge } from "./judge.js";
import { StripeJudge } from "./stripe.js";

/** Ids, times and amounts: what differs between recordings that are right or wrong alike. */
const PARTICULARS = /\d+|[A-Za-z0-9]{14,}/g;

/** What was judged of one provider's recordings. */
interface Verdict {
  recorded: number;
  /** How many were of a kind of their own and judged. */
  judged: number;
  /** How many a test had spoilt on purpose. */
  planted: number;
}

/**
 * What a folder of recordings comes to: for each provider how many there were and were judged, and every kind of fault with how
 * often it was met. What a test planted to be wrong is nobody's fault.
 *
 * @public scripts/judge.mjs takes it from the built tests.
 */
export async function judgeFolder(
  folder: string,
  stripe = new StripeJudge(),
): Promise<{ verdicts: Map<string, Verdict>; faults: Map<Fault, number> }> {
  const faults = new Map<Fault, number>();
  const verdicts = new Map<string, Verdict>();
  const seen = new Set<string>();
  for (const file of readdirSync(folder).filter((each) => each.endsWith(".jsonl"))) {
    for await (const line of createInterface(createReadStream(path.join(folder, file)))) {
      const recorded = JSON.parse(line) as Recorded;
      const verdict = verdicts.get(recorded.provider) ?? { recorded: 0, judged: 0, planted: 0 };
      verdicts.set(recorded.provider, verdict);
      verdict.recorded += 1;
      if (recorded.planted) verdict.planted += 1;
      const kind = createHash("sha1").update(line.replaceAll(PARTICULARS, "")).digest("base64");
      if (recorded.planted || seen.has(kind)) continue;
      seen.add(kind);
      const found = recorded.provider === "stripe" ? stripe.judge(recorded) : judge(recorded);
      if (!found) continue;
      verdict.judged += 1;
      for (const fault of found) {
        const alike = fault
          .replaceAll(/\[\d+\]|\.\d+(?=[.:])/g, "[]")
          .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24}/g, "{id}");
        faults.set(alike, (faults.get(alike) ?? 0) + 1);
      }
    }
  }
  return { verdicts, faults };
}
