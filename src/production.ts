type Text = string | undefined;
type Texts = readonly string[] | undefined;

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
  readonly PROVIDERS_TEST_MODE: boolean;
  readonly STRIPE_SECRET_KEY?: Text;
  readonly STRIPE_PUBLISHABLE_KEY?: Text;
  readonly STRIPE_WEBHOOK_SECRET?: Texts;
  readonly STRIPE_THIN_WEBHOOK_SECRET?: Texts;
  readonly STRIPE_API_BASE?: Text;
  readonly COINBASE_API_KEY_ID?: Text;
  readonly COINBASE_WEBHOOK_SECRET?: Texts;
  readonly COINBASE_API_BASE?: Text;
  readonly COINBASE_COMMERCE_WEBHOOK_SECRET?: Text;
  readonly BLOCKRADAR_API_KEY?: Texts;
  readonly BLOCKRADAR_WALLET_ID?: readonly { readonly apiKey?: Text }[] | undefined;
  readonly BLOCKRADAR_API_BASE?: Text;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

/** What a process in production does not start with: settings that are missing, weak, or in each other's place. */
export function productionProblems(config: Guarded): string[] {
  const problems: string[] = [];
  if (!config.DATABASE_URL) problems.push("DATABASE_URL: required in production");
  if (!config.AUTH_JWT_SECRET && !config.AUTH_JWKS_URL && !config.BOOTSTRAP_API_KEY) {
    problems.push("AUTH_JWT_SECRET: required in production (32 bytes or more), or AUTH_JWKS_URL, or BOOTSTRAP_API_KEY");
  }
  const hasProvider = config.STRIPE_SECRET_KEY || config.COINBASE_API_KEY_ID || config.BLOCKRADAR_API_KEY?.length;
  if (hasProvider && !config.PUBLIC_URL)
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

const SECRETS = [
  "BOOTSTRAP_API_KEY",
  "AUTH_JWT_SECRET",
  "METRICS_TOKEN",
  "STRIPE_SECRET_KEY",
  "STRIPE_WEBHOOK_SECRET",
  "STRIPE_THIN_WEBHOOK_SECRET",
  "COINBASE_WEBHOOK_SECRET",
  "COINBASE_COMMERCE_WEBHOOK_SECRET",
  "BLOCKRADAR_API_KEY",
] as const;
const SECRET_LENGTH_MIN = 16;
const DIFFERENT_CHARACTERS_MIN = 10;

function secretProblems(config: Guarded): string[] {
  const problems: string[] = [];
  const holders = new Map<string, string>();
  const wallets = (config.BLOCKRADAR_WALLET_ID ?? []).flatMap(({ apiKey }) => (apiKey ? [apiKey] : []));
  for (const name of [...SECRETS, "BLOCKRADAR_WALLET_ID"] as const) {
    const given = name === "BLOCKRADAR_WALLET_ID" ? wallets : (config[name] ?? []);
    const secrets = typeof given === "string" ? [given] : given;
    if (secrets.some((secret) => secret.length < SECRET_LENGTH_MIN))
      problems.push(`${name}: too short to be a secret (${SECRET_LENGTH_MIN} characters or more)`);
    else if (secrets.some((secret) => new Set(secret).size < DIFFERENT_CHARACTERS_MIN))
      problems.push(`${name}: too regular to be a secret`);
    for (const secret of secrets) {
      const holder = holders.get(secret) ?? name;
      holders.set(secret, holder);
      // A wallet may be given the key of them all.
      if (holder !== name && name !== "BLOCKRADAR_WALLET_ID") problems.push(`${name}: is the same as ${holder}`);
    }
  }
  for (const name of ["STRIPE_WEBHOOK_SECRET", "STRIPE_THIN_WEBHOOK_SECRET"] as const)
    if (config[name]?.some((secret) => !secret.startsWith("whsec_"))) problems.push(`${name}: must begin with whsec_`);
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
  const problems: string[] = [];
  const staging = "; PROVIDERS_TEST_MODE=true allows it, e.g. for staging";
  const { STRIPE_SECRET_KEY: secret, STRIPE_PUBLISHABLE_KEY: publishable } = config;
  if (secret && !/^[sr]k_live_/.test(secret))
    problems.push(
      /^[sr]k_test_/.test(secret)
        ? `STRIPE_SECRET_KEY: a test key${staging}`
        : "STRIPE_SECRET_KEY: must begin with sk_live_ or rk_live_",
    );
  if (publishable?.startsWith("pk_") && !publishable.startsWith("pk_live_"))
    problems.push(`STRIPE_PUBLISHABLE_KEY: a test key${staging}`);
  for (const name of ["STRIPE_API_BASE", "COINBASE_API_BASE", "BLOCKRADAR_API_BASE"] as const)
    if (config[name]?.startsWith("http:")) problems.push(`${name}: must begin with https://${staging}`);
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
