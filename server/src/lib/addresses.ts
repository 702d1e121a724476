import { config, passwordNow } from '../config.ts';

/** Where the databases and Redis are, with their passwords as they are now: to be asked for every new connection. */
export const addressOf = {
  primary: () => withPassword(config.DATABASE_URL, passwordNow('DATABASE_PASSWORD')),
  /** Of each replica; all take the password of the primary. */
  replicas: () =>
    (config.DATABASE_READ_REPLICA_URL?.split(',') ?? []).map((one) =>
      withPassword(one.trim(), passwordNow('DATABASE_PASSWORD')),
    ),
  /** Of a copy, whose roles are those of the primary. */
  copy: (url: string) => withPassword(url, passwordNow('DATABASE_PASSWORD')),
  /** Of the tables, who migrates. Where nobody has set one up, the service itself is the owner. */
  owner: () =>
    config.MIGRATION_DATABASE_URL
      ? withPassword(config.MIGRATION_DATABASE_URL, passwordNow('MIGRATION_DATABASE_PASSWORD'))
      : addressOf.primary(),
  /** Where Sentinels are asked, its host means nothing. */
  redis: () => withPassword(config.REDIS_URL ?? 'redis://by-sentinels', passwordNow('REDIS_PASSWORD')),
};

function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  const own = new URL(url);
  own.password = encodeURIComponent(password);
  return own.href;
}
