import { type AppError, errorMessage } from "../../../../core/errors.js";
import type { LookFailure } from "../../../../kernel/jobs.js";
import type { CustodyProvider, CustodyProviderName, ProviderResult } from "../../../../providers/ports/index.js";
import { custodyNotConfigured, custodyUnavailable } from "../errors.js";
import type { TreasuryDeps } from "./deps.js";

type Providers = Pick<TreasuryDeps, "custodyProviders">;

/** The provider of this name, which keeps what is asked about. Throws `provider.not_configured` (503). */
export function custodyOf({ custodyProviders }: Providers, name: CustodyProviderName): CustodyProvider {
  const provider = custodyProviders.get(name);
  if (!provider) throw custodyNotConfigured(name);
  return provider;
}

/** Throws `provider.not_configured` (503) when nobody keeps coins for us. */
export function requireCustody({ custodyProviders }: Providers): void {
  if (custodyProviders.size === 0) throw custodyNotConfigured();
}

/** The value of an answer to a question that changes nothing. Throws `provider.unavailable` (503) when there is none. */
export function answerOf<T>(provider: CustodyProviderName, result: ProviderResult<T>): T {
  switch (result.outcome) {
    case "accepted":
      return result.value;
    case "rejected":
      throw unclearAnswer(provider, result.failure.code);
    case "notFound":
      throw unclearAnswer(provider, "not found");
    case "unknown":
      throw unclearAnswer(provider, result.reason);
  }
}

/** The refusal for an answer of a provider that settles nothing. */
export const unclearAnswer = (provider: CustodyProviderName, detail: string): AppError =>
  custodyUnavailable(provider, detail);

/** What came of asking every provider the same. */
export interface Answers<T> {
  readonly answers: ReadonlyMap<CustodyProviderName, T>;
  readonly failures: ReadonlyMap<CustodyProviderName, unknown>;
}

/** Asks every provider that is set up, side by side. What one fails at, or is slow at, holds up none of the others. */
export async function askEach<T>(
  { custodyProviders }: Providers,
  ask: (provider: CustodyProviderName) => Promise<T>,
): Promise<Answers<T>> {
  const names = [...custodyProviders.keys()];
  const answers = new Map<CustodyProviderName, T>();
  const failures = new Map<CustodyProviderName, unknown>();
  const results = await Promise.allSettled(names.map((name) => ask(name)));
  for (const [index, name] of names.entries()) {
    const result = results[index];
    if (result?.status === "fulfilled") answers.set(name, result.value);
    else failures.set(name, result?.reason);
  }
  return { answers, failures };
}

/** What could not be asked, for a log that keeps errors whole. */
export const failuresOf = ({ failures }: Pick<Answers<unknown>, "failures">): LookFailure[] =>
  [...failures].map(([provider, error]) => ({ id: provider, provider, error }));

/** Failures as sentences for a log, each with the provider's name. */
export const failuresInWords = ({ failures }: Pick<Answers<unknown>, "failures">): string[] =>
  [...failures].map(([provider, error]) => `${provider}: ${errorMessage(error)}`);
