import { z } from 'zod';
import { readRows } from '../../database/read.ts';

const one = z.object({ one: z.int() });

/** As little as can be asked: what is measured is the way there and back. */
export const askNothing = () =>
  readRows({ name: 'performance.nothing', text: 'SELECT 1 AS one', values: [], prepared: true }, one);
