import { masterBody } from '@opex/contracts/masters';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createVendor } from './factories/index.ts';
import { brokenInvariants } from './harness/invariants.ts';
import { rulesStory } from './stories/rules.ts';

/** Rules that hold for every writer, also one that never heard of our code. */
const { sql, refusal } = await rulesStory();

describe('the log', () => {
  test('is one chain also when many write at once, and its time and number are its own', async () => {
    const writers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const writer = new pg.Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
        await writer.connect();
        return writer;
      }),
    );
    const before: number = (await sql('SELECT last_id::int AS id FROM audit_heads'))[0].id;
    await Promise.all(
      writers.map(async (writer, index) => {
        for (let n = 0; n < 10; n++)
          await writer.query(
            `INSERT INTO audit_entries (id, at, actor_name, action, subject_type, subject_label, previous_hash, hash)
             VALUES (1, '2001-01-01', $1, 'x', 'x', 'x', 'forged', 'forged')`,
            [`writer ${index}`],
          );
        await writer.end();
      }),
    );
    const [after] = await sql(
      `SELECT last_id::int AS id, (SELECT count(*)::int FROM audit_entries WHERE at < now() - interval '1 hour') AS old FROM audit_heads`,
    );
    expect(after).toEqual({ id: before + 40, old: 0 });
    expect(await brokenInvariants()).toEqual([]);
  });

  test('shows where somebody with the keys to the house rewrote it', async () => {
    await sql('BEGIN');
    await sql('ALTER TABLE audit_entries DISABLE TRIGGER refuse_rewriting');
    const [{ id }] = await sql(`UPDATE audit_entries SET actor_name = 'somebody else' WHERE id = 3 RETURNING id::int`);
    const [bad] = await sql(`SELECT min(id)::int AS id FROM audit_entries e WHERE hash <> audit_hash(e)`);
    await sql('ROLLBACK');
    expect(bad.id).toBe(id);
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});

describe('what cannot be seen in a name', () => {
  const named = (code: number) => `a${String.fromCodePoint(code)}b`;
  const isRefused = (code: number) => !masterBody.safeParse({ name: named(code) }).success;
  const between = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const planes = [...between(1, 0xd7ff), ...between(0xe000, 0x1ffff), ...between(0xe0000, 0xe0fff)];

  test('is refused by the contracts and folded by the database, character for character', async () => {
    const [{ folded }] = (await sql(
      `SELECT array_agg(code ORDER BY code) AS folded FROM unnest($1::int[]) AS code WHERE name_key('a' || chr(code) || 'b') IN ('ab', 'a b')`,
      planes,
    )) as [{ folded: number[] }];
    const isBlank = (code: number) => /\p{Zs}/u.test(String.fromCodePoint(code));
    expect(folded).toEqual(planes.filter((code) => isRefused(code) || isBlank(code)));
    expect(folded.length).toBeGreaterThan(4_200);
  });

  test.each([
    ['soft hyphen', 0xad],
    ['joiner of graphemes', 0x34f],
    ['Arabic mark', 0x61c],
    ['filler of Hangul', 0x3164],
    ['variation', 0xfe0f],
    ['vowel separator', 0x180e],
    ['tag', 0xe0041],
    ['C1 control', 0x85],
    ['braille blank', 0x2800],
    ['zero width', 0x200b],
    ['override', 0x202e],
  ])('makes no second name: %s', async (what, code) => {
    expect(isRefused(code)).toBe(true);
    const seen = /^[ ]$/.test((await sql(`SELECT name_key('a' || chr($1) || 'b') AS key`, code))[0].key[1]) ? ' ' : '';
    await createVendor(`${what} a${seen}b`);
    expect(await refusal(`INSERT INTO vendors (name) VALUES ($1)`, `${what} ${named(code)}`)).toBe('23505');
  });
});
