import { isIP } from "node:net";
import { z } from "zod";
import { list, webUrl } from "./core/setting-kinds.js";
import { productionProblems } from "./production.js";
import { DEFINITIONS, PROVIDER_SETTINGS } from "./providers/list.js";

const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const perMinute = z.coerce.number().int().min(0).max(100_000_000);
const decimalAmount = z.string().regex(/^\d{1,18}(\.\d{1,18})?$/, "must be a decimal, e.g. 100 or 0.5");
const secret32 = z.string().min(32, "must have at least 32 characters");

const NAMED_NETWORKS = ["loopback", "linklocal", "uniquelocal"];

/** An address, a network in either notation, or one of the names that the server knows. */
function isNetwork(text: string): boolean {
  const [address = "", range, ...rest] = text.split("/");
  if (NAMED_NETWORKS.includes(text)) return true;
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (range === undefined || (family === 4 && isIP(range) === 4)) return true;
  return /^\d{1,3}$/.test(range) && Number(range) >= 1 && Number(range) <= (family === 4 ? 32 : 128);
}

/** Scheme, host and port, as a browser sends it. */
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

/**
 * Every setting, once, those of a provider as it defines them: this schema is the source of the type, of `.env.example` and of the table in docs/settings.md.
 * A secret has no default.
 */
export const SETTINGS = {
  NODE_ENV: z
    .enum(["production", "development", "test"])
    .default("development")
    .describe("`production` embeds nothing and refuses weak or missing settings"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe("port of the HTTP API"),
  HOST: z.string().min(1).default("127.0.0.1").describe("address to listen on; 0.0.0.0 in a container"),
  PUBLIC_URL: webUrl
    .optional()
    .describe(
      "how customers' browsers reach this service; default http://HOST:PORT, required in production with a provider",
    ),
  DOCS: flag.default(true).describe("the page at /docs; the document at /openapi.json stays"),
  CORS_ORIGINS: list
    .refine((origins) => origins.every(isOrigin), "each must be an origin like https://shop.example, without a path")
    .default([])
    .describe("comma-separated origins whose pages may call this service with a customer's JWT"),
  COFFER_ROLE: z.enum(["api", "worker", "all"]).default("all").describe("what this process does"),
  STOP_NOTICE_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(600)
    .optional()
    .describe(
      "how long a stopping process goes on answering after /readyz has begun to fail; default 5 in production, else 0",
    ),
  COFFER_DATA_DIR: z.string().min(1).default(".coffer").describe("embedded database and sandboxes (development only)"),
  COFFER_CRASH_AT: z
    .string()
    .regex(
      /^(?:[1-9]\d{0,6}|(?:before|after) .{1,200} #[1-9]\d{0,6})$/,
      "must be a number, or a point like `before sql:COMMIT #2`",
    )
    .optional()
    .describe(
      "kills the process at this fault point (`npm run fault-points` lists them); for tests, refused in production",
    ),
  COFFER_FAULT_LOG: z
    .string()
    .min(1)
    .optional()
    .describe("file that each fault point is written to as it is passed; for tests, refused in production"),
  COFFER_CLOCK: z
    .string()
    .min(1)
    .optional()
    .describe("file that puts the service's time ahead, e.g. `+30d`; for tests, refused in production"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("pino level"),
  TRUST_PROXY: list
    .refine((parts) => parts.every(isNetwork), "each must be an address, or a network like 10.0.0.0/8")
    .default([])
    .describe("comma-separated CIDRs of proxies whose X-Forwarded-For is believed"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe("PostgreSQL 15 or later; embedded when absent (development only)"),
  MIGRATION_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe("owner of the schema, when DATABASE_URL is the restricted role"),
  DATABASE_WITHOUT_TLS: flag
    .default(false)
    .describe("`true` lets production speak to PostgreSQL unencrypted, e.g. on a private network"),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(12).describe("connections per process"),
  BOOTSTRAP_API_KEY: secret32
    .regex(/^[A-Za-z0-9\-._~+/]+=*$/, "may hold letters, digits and -._~+/ only: it is sent as a bearer token")
    .optional()
    .describe("creates an admin API key with this secret at start"),
  AUTH_JWT_SECRET: secret32.optional().describe("HS256 secret of customers' JWTs"),
  AUTH_JWKS_URL: webUrl.optional().describe("JWKS of customers' JWTs (instead of AUTH_JWT_SECRET)"),
  AUTH_JWT_ISSUER: z.string().min(1).optional().describe("required `iss`"),
  AUTH_JWT_AUDIENCE: z.string().min(1).optional().describe("required `aud`"),
  AUTH_JWT_MAX_AGE_SECONDS: z.coerce
    .number()
    .int()
    .min(60)
    .max(31_536_000)
    .default(86_400)
    .describe("a JWT is good for at most this long from its `iat` on; one with a later `exp` is refused"),
  METRICS_TOKEN: z.string().min(16).optional().describe("bearer token that /metrics asks for; open to all when absent"),
  RATE_LIMIT_KEY_PER_MINUTE: perMinute.default(600_000).describe("requests a minute for each API key; 0 = no limit"),
  RATE_LIMIT_CUSTOMER_PER_MINUTE: perMinute
    .default(300)
    .describe("requests a minute for each customer with a JWT; 0 = no limit"),
  RATE_LIMIT_ADDRESS_PER_MINUTE: perMinute
    .default(120)
    .describe("requests a minute for each address without valid credentials; 0 = no limit"),
  RATE_LIMIT_CUSTOMER_WRITES_PER_HOUR: perMinute
    .default(120)
    .describe("requests an hour by which a customer with a JWT may change something; 0 = no limit"),
  CUSTOMER_OPEN_PAYMENTS_MAX: perMinute
    .default(10)
    .describe("payments that a customer with a JWT may have open at once; 0 = no limit"),
  CUSTOMER_ADDRESSES_PER_DAY: perMinute
    .default(10)
    .describe("deposit addresses of one kind that a customer with a JWT may have made in 24 hours; 0 = no limit"),
  PAYMENT_CONFIRMATIONS_MAX: perMinute
    .default(20)
    .describe("how often one payment may be confirmed, whoever asks; 0 = no limit"),
  ...PROVIDER_SETTINGS,
  PROVIDERS_TEST_MODE: flag
    .default(false)
    .describe("`true` lets production use providers' test keys and http:// bases, e.g. for staging"),
  CREDIT_PRICE: z
    .string()
    .regex(/^(?!0+(\.0+)?$)\d{1,9}(\.\d{1,9})?$/, "must be a decimal above zero")
    .default("1")
    .describe("what one CREDIT costs in a stablecoin when a balance is converted"),
  DEPOSIT_LOOK_UP_ABOVE: decimalAmount
    .default("100")
    .describe(
      "a deposit of more than this, in units of its stablecoin, is looked up at the provider before it is credited",
    ),
  DEPOSIT_HOLD_UNSCREENED_ABOVE: decimalAmount
    .default("100")
    .describe("a deposit of more than this that the provider has not screened is held for review"),
  PAYOUT_LOOSENING_DELAY_MINUTES: z.coerce
    .number()
    .int()
    .min(0)
    .max(43_200)
    .default(1_440)
    .describe("how long a change that loosens payout limits or cooling-off waits when no second person approves it"),
  RECONCILIATION_WRITE_OFF_LIMIT: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(100)
    .describe("a difference of more than so many whole units (100 is 100.00 USD) is written off by two people"),
  EXPORTS_SIGNING_SECRETS: list
    .refine((secrets) => secrets.every((secret) => secret.length >= 32), "each must have at least 32 characters")
    .default([])
    .describe(
      "comma-separated secrets of download links, the newest first; without one, exports are off in production, and elsewhere links end with the process",
    ),
  EXPORTS_LINK_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_080)
    .default(15)
    .describe("how long a download link works"),
  EXPORTS_KEEP_DAYS: z.coerce.number().int().min(1).max(3_650).default(30).describe("how long a finished file is kept"),
  EXPORTS_PATH: z
    .string()
    .min(1)
    .optional()
    .describe("folder of finished files, on a disk that all processes share; default `exports` in COFFER_DATA_DIR"),
  EXPORTS_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be a bucket's name")
    .optional()
    .describe("keeps finished files in this bucket instead of a folder"),
  EXPORTS_S3_REGION: z.string().min(1).default("us-east-1").describe("region of the bucket"),
  EXPORTS_S3_ENDPOINT: webUrl.optional().describe("another S3-compatible store than Amazon's; buckets are in its path"),
  EXPORTS_S3_ACCESS_KEY_ID: z.string().min(1).optional().describe("who writes to the bucket"),
  EXPORTS_S3_SECRET_ACCESS_KEY: z.string().min(1).optional().describe("its secret"),
  SWEEPER: flag.default(true).describe("ask providers about payments that nobody told us about"),
} as const;

export type Config = Readonly<z.infer<z.ZodObject<typeof SETTINGS>>>;

/** Exit code for bad settings: EX_CONFIG of sysexits.h. */
export const EXIT_BAD_SETTINGS = 78;

/** All wrong settings at once, each with its name. Never contains a value. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `Coffer cannot start: ${problems.length} setting(s) are wrong.\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Reads settings from the environment. An empty value counts as absent. Throws ConfigError naming every wrong setting. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  const named = new Set<string>();
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const given = env[name] || undefined;
    const parsed = setting.safeParse(given);
    // What cannot be read was given all the same: it must not be called missing as well.
    values[name] = parsed.success ? parsed.data : given;
    if (parsed.success) continue;
    named.add(name);
    problems.push(...parsed.error.issues.map((issue) => `${name}: ${issue.message}`));
  }
  const config = values as Config;
  const production = config.NODE_ENV === "production" ? productionProblems(config) : [];
  for (const problem of [...pairProblems(config), ...production]) {
    const name = problem.slice(0, problem.indexOf(":"));
    if (!named.has(name)) problems.push(problem);
    named.add(name);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** The address of a listening host and port: brackets around IPv6, and for "any address" the loopback of its kind. */
export function localUrl(host: string, port: number): string {
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${isIP(reached) === 6 ? `[${reached}]` : reached}:${port}`;
}

const NOTICE_SECONDS = 5;

/** How long a stopping process goes on answering after its readiness has begun to fail. */
export const noticeMs = (config: Config): number =>
  1_000 * (config.STOP_NOTICE_SECONDS ?? (config.NODE_ENV === "production" ? NOTICE_SECONDS : 0));

function pairProblems(config: Config): string[] {
  const problems: string[] = [];
  if (config.AUTH_JWKS_URL && config.AUTH_JWT_SECRET)
    problems.push("AUTH_JWKS_URL: set either it or AUTH_JWT_SECRET, not both");
  if (config.AUTH_JWKS_URL || config.AUTH_JWT_SECRET) {
    if (!config.AUTH_JWT_ISSUER) problems.push("AUTH_JWT_ISSUER: required when JWTs are accepted");
    if (!config.AUTH_JWT_AUDIENCE) problems.push("AUTH_JWT_AUDIENCE: required when JWTs are accepted");
  }
  problems.push(...exportProblems(config));
  for (const { problems: problemsOf } of DEFINITIONS) problems.push(...(problemsOf?.(config) ?? []));
  return problems;
}

function exportProblems(config: Config): string[] {
  const problems: string[] = [];
  if (config.EXPORTS_S3_BUCKET === undefined) {
    const isOn = config.NODE_ENV === "production" && config.EXPORTS_SIGNING_SECRETS.length > 0;
    if (isOn && !config.EXPORTS_PATH) problems.push("EXPORTS_PATH: required for exports in production, or a bucket");
    return problems;
  }
  if (!config.EXPORTS_S3_ACCESS_KEY_ID) problems.push("EXPORTS_S3_ACCESS_KEY_ID: required with EXPORTS_S3_BUCKET");
  if (!config.EXPORTS_S3_SECRET_ACCESS_KEY)
    problems.push("EXPORTS_S3_SECRET_ACCESS_KEY: required with EXPORTS_S3_BUCKET");
  return problems;
}
