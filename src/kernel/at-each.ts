import { errorMessage } from "../core/errors.js";
import type { LookFailure } from "./jobs.js";

/**
 * Does the same with each provider, side by side: one that does not answer holds up none of the others. Returns what failed, each
 * with its provider's name; what `work` throws is a failure like those that it returns.
 */
export async function atEach<Provider extends { readonly name: string }>(
  providers: Iterable<Provider>,
  work: (provider: Provider) => Promise<readonly LookFailure[]>,
): Promise<LookFailure[]> {
  const failures = await Promise.all(
    [...providers].map(async (provider) => {
      const { name } = provider;
      const failed = await work(provider).catch((error: unknown) => [{ id: name, error }]);
      return failed.map(({ id, error }) => ({ id, error, provider: name }));
    }),
  );
  return failures.flat();
}

/** A failure as one sentence, for an error that stands for several. */
export const inWords = ({ id, provider, error }: LookFailure): string =>
  [...new Set([provider, id].filter(Boolean)), errorMessage(error)].join(": ");
