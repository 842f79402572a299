import { type LogFailure, lookAtEach } from "../../../../kernel/jobs.js";

/** How many things are read at once. */
export const PAGE = 100;

/**
 * Looks at all that is due, a page at a time in the order of the ids. What fails stays due, and keeps none of those after it waiting:
 * it is looked at again by the next run.
 */
export async function lookAtAll<Row extends { readonly id: string }>(
  read: (after: Row["id"] | undefined) => Promise<readonly Row[]>,
  look: (row: Row) => Promise<unknown>,
  log: LogFailure,
): Promise<void> {
  let after: Row["id"] | undefined;
  for (;;) {
    const page = await read(after);
    const { failures } = await lookAtEach(page, look);
    for (const failure of failures) log(failure);
    after = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
}
