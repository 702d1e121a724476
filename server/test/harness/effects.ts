import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { inside } from '../../src/database/inside.ts';
import { jobKind } from '../../src/features/jobs/jobs.service.ts';
import { sql } from './sql.ts';

/** A kind of job whose effect can be counted: a row in a table that would take the same row twice. */
export const effect = jobKind({
  name: 'effect',
  payload: z.object({ number: z.int(), takesMs: z.number() }),
  async work({ number, takesMs }, { keep }) {
    await sleep(takesMs);
    await keep({ tags: [] }, async (tx) => {
      await inside(tx).$executeRaw`INSERT INTO effects (number) VALUES (${number})`;
      return [];
    });
  },
});

export const makeEffects = () => sql('CREATE TABLE effects (number integer NOT NULL); GRANT ALL ON effects TO PUBLIC');

/** Numbers with an effect, and how many effects there are. */
export async function countEffects() {
  const [counted] = await sql<{ numbers: number; effects: number }>(
    'SELECT count(DISTINCT number)::int AS numbers, count(*)::int AS effects FROM effects',
  );
  return counted!;
}
