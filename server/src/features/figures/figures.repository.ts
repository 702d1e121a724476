import { z } from 'zod';
import { readRows } from '../../database/read.ts';

/** Whether facts wait for their figures that another program wrote: those of this server settle before they commit. */
export async function areAnyDue(): Promise<boolean> {
  const statement = { name: 'due_figures.any', text: 'SELECT EXISTS (SELECT FROM due_figures) AS due' };
  const [row] = await readRows(statement, z.object({ due: z.boolean() }));
  return row?.due ?? false;
}
