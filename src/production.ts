import type { Secrets } from "./providers/definition.js";
import { DEFINITIONS, PROVIDER_SETTINGS } from "./providers/list.js";

type Text = string | undefined;

/** The settings that are looked at here; config.ts reads them, and knows this file. */
interface Guarded {
  readonly DATABASE_URL?: Text;
  readonly MIGRATION_DATABASE_URL?: Text;
  readonly DATABASE_WITHOUT_TLS: boolean;
  readonly COFFER_CRASH_AT?: Text;
  readonly COFFER_FAULT_LOG?: Text;
  readonly COFFER_CLOCK?: Text;
  readonly PUBLIC_URL?: Text;
  readonly BOOTSTRAP_API_KEY?: Text;
  readonly AUTH_JWT_SECRET?: Text;
  readonly AUTH_JWKS_URL?: Text;
  readonly METRICS_TOKEN?: Text;
  readonly EXPORTS_SIGNING_SECRETS: readonly string[];
  readonly PROVIDERS_TEST_MODE: boolean;
  readonly [setting: string]: unknown;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

/** What a process in production does not start with: settings that are missing, weak, or in each other's place. */
export function productionProblems(config: Guarded): string[] {
  const problems: string[] = [];
  if (!config.DATABASE_URL) problems.push("DATABASE_URL: required in production");
  if (!config.AUTH_JWT_SECRET && !config.AUTH_JWKS_URL && !config.BOOTSTRAP_API_KEY) {
    problems.push("AUTH_JWT_SECRET: required in production (32 bytes or more), or AUTH_JWKS_URL, or BOOTSTRAP_API_KEY");
  }
  const isReached = DEFINITIONS.some(({ offers, read }) => offers.includes("webhooks") && read(config));
  if (isReached && !config.PUBLIC_URL)
    problems.push("PUBLIC_URL: required in production with a provider: payers return there");
  for (const name of ["COFFER_CRASH_AT", "COFFER_FAULT_LOG", "COFFER_CLOCK"] as const)
    if (config[name] !== undefined) problems.push(`${name}: for tests, not for production`);
  return [
    ...problems,
    ...secretProblems(config),
    ...databaseProblems(config),
    ...(config.PROVIDERS_TEST_MODE ? [] : liveProblems(config)),
    ...addressProblems(config),
  ];
}

const SECRETS = ["BOOTSTRAP_API_KEY", "AUTH_JWT_SECRET", "METRICS_TOKEN"] as const;

/** Every secret that is set, by its setting. */
const secretsOf = (config: Guarded): readonly Secrets[] => [
  { setting: "EXPORTS_SIGNING_SECRETS", values: config.EXPORTS_SIGNING_SECRETS },
  ...SECRETS.map((setting) => ({ setting, values: config[setting] === undefined ? [] : [config[setting]] })),
  ...DEFINITIONS.flatMap(({ secrets }) => secrets?.(config) ?? []),
];

const SECRET_LENGTH_MIN = 16;
const DIFFERENT_CHARACTERS_MIN = 10;

function secretProblems(config: Guarded): string[] {
  const problems: string[] = [];
  const holders = new Map<string, string>();
  for (const { setting, values, prefix = "", mayRepeat } of secretsOf(config)) {
    if (values.some((secret) => secret.length < SECRET_LENGTH_MIN))
      problems.push(`${setting}: too short to be a secret (${SECRET_LENGTH_MIN} characters or more)`);
    else if (values.some((secret) => new Set(secret).size < DIFFERENT_CHARACTERS_MIN))
      problems.push(`${setting}: too regular to be a secret`);
    for (const secret of values) {
      const holder = holders.get(secret) ?? setting;
      holders.set(secret, holder);
      if (holder !== setting && !mayRepeat) problems.push(`${setting}: is the same as ${holder}`);
    }
    if (values.some((secret) => !secret.startsWith(prefix))) problems.push(`${setting}: must begin with ${prefix}`);
  }
  return problems;
}

function databaseProblems(config: Guarded): string[] {
  if (config.DATABASE_WITHOUT_TLS) return [];
  return (["DATABASE_URL", "MIGRATION_DATABASE_URL"] as const).flatMap((name) =>
    config[name] === undefined || staysOnMachineOrEncrypts(config[name])
      ? []
      : [
          `${name}: without TLS; add sslmode=verify-full, or set DATABASE_WITHOUT_TLS=true where the network is private`,
        ],
  );
}

function staysOnMachineOrEncrypts(address: string): boolean {
  // What is no address is refused as such.
  if (!URL.canParse(address)) return true;
  const { hostname, searchParams } = new URL(address);
  const host = searchParams.get("host") ?? decodeURIComponent(hostname);
  // A path is the folder of a socket.
  if (host.startsWith("/") || LOOPBACK.test(host)) return true;
  const mode = searchParams.get("sslmode");
  if (mode !== null) return ["prefer", "require", "verify-ca", "verify-full", "no-verify"].includes(mode);
  return ["true", "1"].includes(searchParams.get("ssl") ?? "");
}

function liveProblems(config: Guarded): string[] {
  const staging = "; PROVIDERS_TEST_MODE=true allows it, e.g. for staging";
  const problems = DEFINITIONS.flatMap(({ testProblems }) => testProblems?.(config, staging) ?? []);
  for (const name of Object.keys(PROVIDER_SETTINGS).filter((each) => each.endsWith("_API_BASE"))) {
    const base: unknown = config[name];
    if (typeof base === "string" && base.startsWith("http:"))
      problems.push(`${name}: must begin with https://${staging}`);
  }
  if (config.PUBLIC_URL?.startsWith("http:")) problems.push(`PUBLIC_URL: must begin with https://${staging}`);
  return problems;
}

function addressProblems(config: Guarded): string[] {
  const { AUTH_JWKS_URL: url } = config;
  const jwks = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  // Whoever changes it on the way signs tokens for anybody.
  if (jwks?.protocol === "http:" && !LOOPBACK.test(jwks.hostname))
    return ["AUTH_JWKS_URL: must begin with https://, but on this machine"];
  return [];
}
