import { errorMessage } from "../core/errors.js";

/**
 * Does the same with each provider, side by side: one that does not answer holds up none of the others. Returns what failed, each
 * by its provider's name; what `work` throws is a failure like those that it returns.
 */
export async function atEach<Provider extends { readonly name: string }>(
  providers: Iterable<Provider>,
  work: (provider: Provider) => Promise<readonly string[]>,
): Promise<string[]> {
  const failures = await Promise.all(
    [...providers].map(async (provider) => {
      const failed = await work(provider).catch((error: unknown) => [errorMessage(error)]);
      return failed.map((failure) => `${provider.name}: ${failure}`);
    }),
  );
  return failures.flat();
}
