import { describe, expect, test } from 'vitest';
import { loadConfig } from './config.ts';

const DATABASE_URL = 'postgres://opex:a-secret-word@db.example:5432/opex';
const errorOf = (env: NodeJS.ProcessEnv) => {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};

describe('settings', () => {
  test('need only the database', () => {
    expect(loadConfig({ DATABASE_URL })).toMatchObject({
      DATABASE_URL,
      PORT: 5000,
      HOST: '127.0.0.1',
      TRUST_PROXY: 0,
      SESSION_IDLE_MINUTES: 30,
      SESSION_HOURS: 12,
    });
    expect(loadConfig({ DATABASE_URL }).REDIS_URL).toBeUndefined();
  });

  test('that are empty count as absent, as compose files write them', () => {
    const empty = Object.fromEntries(
      ['REDIS_URL', 'OPEX_ADMIN_PASSWORD', ...Object.keys(loadConfig({ DATABASE_URL }))].map((name) => [name, '']),
    );
    expect(loadConfig({ ...empty, DATABASE_URL })).toEqual(loadConfig({ DATABASE_URL }));
    expect(errorOf({ DATABASE_URL: '' })).toMatch(/DATABASE_URL/);
  });

  test.each([
    ['DATABASE_URL', 'mysql://opex:a-secret-word@db/opex'],
    ['DATABASE_URL', 'a-secret-word'],
    ['DATABASE_READ_REPLICA_URL', 'a-secret-word'],
    ['DATABASE_READ_REPLICA_URL', `${DATABASE_URL},a-secret-word-too`],
    ['REDIS_SENTINELS', 'one:26379,a-secret-word'],
    ['REDIS_URL', 'http://a-secret-word'],
    ['PUBLIC_URL', 'ftp://a-secret-word'],
    ['PORT', '70000'],
    ['PORT', 'a-secret-word'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '-1'],
    ['DATABASE_POOL_MAX', '0'],
    ['SESSION_HOURS', '1.5'],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'prod'],
    ['OPEX_ADMIN_PASSWORD', 'short'],
  ])('refuse %s=%s by its name, without the value', (name, value) => {
    const message = errorOf({ DATABASE_URL, [name]: value });
    expect(message).toMatch(new RegExp(`not valid: ${name}\\.`));
    expect(message).not.toContain(value);
  });

  test('are all named when several are wrong', () => {
    const message = errorOf({ PORT: 'x1x', REDIS_URL: 'x2x', LOG_LEVEL: 'x3x' });
    for (const name of ['DATABASE_URL', 'PORT', 'REDIS_URL', 'LOG_LEVEL']) expect(message).toContain(name);
    expect(message).not.toMatch(/x\dx/);
  });
});
