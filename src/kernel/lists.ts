import { DAY_MS, HOUR_MS } from "../core/clock.js";

/** A page of a provider's list. */
interface PageOfList {
  readonly nextCursor: string | null;
}

const PAGES_MAX = 100;

/** The pages of a provider's list of what was made since, to its end. Throws when there are more than anybody should have. */
export async function* pagesSince<Page extends PageOfList>(
  list: (query: { since: Date; cursor?: string }) => Promise<Page>,
  since: Date,
  pagesMax = PAGES_MAX,
): AsyncGenerator<Page> {
  let cursor: string | undefined;
  for (let count = 0; count < pagesMax; count += 1) {
    const page = await list({ since, ...(cursor === undefined ? {} : { cursor }) });
    yield page;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
  throw new Error(`the list since ${since.toISOString()} has more than ${pagesMax} pages`);
}

/** The provider's clock is not ours, and what it made last may not be in its list yet. */
const OVERLAP_MS = 2 * HOUR_MS;

/** From when on a list is read that the last run read up to `last`; the first run looks further back. */
export const sinceLast = (last: Date | undefined, now: Date, firstLookBackMs: number): Date =>
  new Date((last?.getTime() ?? now.getTime() - firstLookBackMs) - OVERLAP_MS);

/** The same, and once a day as far back as the first run: what was listed long ago may have changed since. */
export function sinceLastOrDaily(last: Date | undefined, now: Date, lookBackMs: number): Date {
  const isNewDay = !last || Math.floor(last.getTime() / DAY_MS) !== Math.floor(now.getTime() / DAY_MS);
  const from = isNewDay ? now.getTime() - lookBackMs : last.getTime();
  return new Date(Math.min(from, last?.getTime() ?? from) - OVERLAP_MS);
}
