import { readFileSync } from 'node:fs';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const count = (fallback: number, min = 1, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const price = (fallback: number) => z.coerce.number().min(0).default(fallback);
const network = z.union([z.cidrv4(), z.cidrv6()]);
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

export const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(5000),
  METRICS_PORT: port.default(9464),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  ALLOWED_HOSTS: z.string().default(''),
  TRUST_PROXY: count(0, 0),
  DATABASE_URL: postgresUrl,
  DATABASE_PASSWORD: z.string().optional(),
  DATABASE_READ_REPLICA_URL: z
    .string()
    .refine((list) => list.split(',').every((one) => postgresUrl.safeParse(one.trim()).success))
    .optional(),
  MIGRATION_DATABASE_URL: postgresUrl.optional(),
  MIGRATION_DATABASE_PASSWORD: z.string().optional(),
  DATABASE_POOL_MAX: count(20),
  AUDIT_SEAL_KEYS: z
    .string()
    .refine((keys) => keys.split(',').every((key) => key.trim().length >= 32))
    .optional(),
  AUDIT_SEAL_PUBLISH: z.string().optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  REDIS_PASSWORD: z.string().optional(),
  REDIS_SENTINELS: z
    .string()
    .regex(/^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$/)
    .optional(),
  REDIS_SENTINEL_NAME: z.string().default('opex'),
  REDIS_SENTINEL_PASSWORD: z.string().optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  SMTP_FROM: z.string().default('OPEX Manager <opex@localhost>'),
  WEBHOOK_PRIVATE_NETWORKS: z
    .string()
    .refine((list) => list === '' || list.split(',').every((one) => network.safeParse(one.trim()).success))
    .default(''),
  DAY_BEGINS: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('03:30'),
  JOBS: z.enum(['on', 'off']).default('on'),
  IMPORT_FILE_MB: count(50),
  IMPORT_ROWS_MAX: count(50_000),
  CACHE_MEMORY_MB: count(24),
  CACHE_STALE_MS: count(800, 0, 900),
  REQUESTS_IN_WORK_MAX: count(100),
  REQUESTS_PER_CALLER_MAX: count(12),
  BODY_LATE_MS: count(200, 20),
  LATE_MS_MAX: count(250, 20),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  SLOW_QUERY_MS: count(250),
  RATE_LIMIT_PER_USER: count(12_000),
  RATE_LIMIT_PER_ADDRESS: count(30_000),
  SIGN_IN_LIMIT_PER_ADDRESS: count(60),
  SESSION_IDLE_MINUTES: count(30),
  SESSION_HOURS: count(12),
  SECURITY_LOG_DAYS: count(180, 7),
  SHUTDOWN_GRACE_MS: count(0, 0),
  COSTS: z.enum(['on', 'off']).default('off'),
  PERFORMANCE: z.enum(['on', 'off']).default('off'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  COST_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD'),
  COST_CORE_HOUR: price(0.032),
  COST_GIB_HOUR: price(0.0045),
  COST_FIXED_HOUR: price(0),
  COST_PROCESS_CORES: price(0.5),
  COST_PROCESS_GIB: price(0.5),
  COST_BUDGET_DAY: z.coerce.number().positive().optional(),
  OPEX_ADMIN_EMAIL: z.string().optional(),
  OPEX_ADMIN_PASSWORD: z.string().min(12).optional(),
});

export type Config = z.infer<typeof schema>;
export const settingNames = Object.keys(schema.shape);

/** Names every wrong variable, and never a value: it may be a password. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const { values, unreadable } = withFiles(env);
  const parsed = schema.safeParse(values);
  if (parsed.success && unreadable.length === 0) return parsed.data;
  const wrong = (parsed.error?.issues ?? []).map(({ path }) => path.join('.'));
  const names = [...unreadable, ...wrong.filter((name) => !unreadable.includes(fileOf(name)))];
  throw new Error(`These settings are missing or not valid: ${[...new Set(names)].join(', ')}. See .env.example.`);
}

const fileOf = (name: string) => `${name}_FILE`;

/** Every setting can be given as a file that holds it, as secrets are mounted: DATABASE_PASSWORD_FILE=/run/secrets/... */
function withFiles(env: NodeJS.ProcessEnv) {
  // An empty value is an absent one, as compose files write it.
  const values = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const unreadable: string[] = [];
  for (const name of settingNames) {
    const file = values[fileOf(name)];
    if (file === undefined) continue;
    const content = name in values ? undefined : contentOf(file);
    if (content) values[name] = content;
    else unreadable.push(fileOf(name));
  }
  return { values, unreadable };
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The only reader of `process.env`. */
export const config = loadConfig(process.env);

type PasswordName = 'DATABASE_PASSWORD' | 'MIGRATION_DATABASE_PASSWORD' | 'REDIS_PASSWORD' | 'REDIS_SENTINEL_PASSWORD';

/** A password as it is now: one that came in a file may be another one since this process started. */
export function passwordNow(name: PasswordName) {
  const file = process.env[fileOf(name)];
  return (file ? contentOf(file) : undefined) ?? config[name];
}

const cacheTotal = config.CACHE_MEMORY_MB * 1024 * 1024;
/** CACHE_MEMORY_MB, shared between finished answers, rows of lists, and what is known of the addresses that they were given at. */
export const cacheBytes = { answers: (cacheTotal * 5) / 8, rows: (cacheTotal * 2) / 8, addresses: cacheTotal / 8 };
