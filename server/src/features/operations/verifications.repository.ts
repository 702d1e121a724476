import { z } from 'zod';
import { readRows } from '../../database/read.ts';

const verification = z.object({ at: z.date(), broken: z.int(), words: z.string() });
export type Verification = z.infer<typeof verification>;

export async function findLast(): Promise<Verification | undefined> {
  const text = 'SELECT at, broken, words FROM verifications ORDER BY at DESC LIMIT 1';
  const [last] = await readRows({ name: 'verifications.last', text, withinMs: 1_000 }, verification);
  return last;
}
