import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const count = (fallback: number, min = 1, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(5000),
  METRICS_PORT: port.default(9464),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  ALLOWED_HOSTS: z.string().default(''),
  TRUST_PROXY: count(0, 0),
  DATABASE_URL: postgresUrl,
  DATABASE_READ_REPLICA_URL: postgresUrl.optional(),
  DATABASE_POOL_MAX: count(20),
  AUDIT_SEAL_KEYS: z
    .string()
    .refine((keys) => keys.split(',').every((key) => key.trim().length >= 32))
    .optional(),
  AUDIT_SEAL_PUBLISH: z.string().optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  CACHE_MEMORY_MB: count(24),
  CACHE_STALE_MS: count(800, 0, 900),
  REQUESTS_IN_WORK_MAX: count(100),
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
  OPEX_ADMIN_EMAIL: z.string().optional(),
  OPEX_ADMIN_PASSWORD: z.string().min(12).optional(),
});

export type Config = z.infer<typeof schema>;
export const settingNames = Object.keys(schema.shape);

/** Names every wrong variable, and never a value: it may be a password. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  // An empty value is an absent one, as compose files write it.
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
  throw new Error(`These settings are missing or not valid: ${names.join(', ')}. See .env.example.`);
}

/** The only reader of `process.env`. */
export const config = loadConfig(process.env);

const cacheTotal = config.CACHE_MEMORY_MB * 1024 * 1024;
/** CACHE_MEMORY_MB, shared between finished answers, rows of lists, and what is known of the addresses that they were given at. */
export const cacheBytes = { answers: (cacheTotal * 5) / 8, rows: (cacheTotal * 2) / 8, addresses: cacheTotal / 8 };
