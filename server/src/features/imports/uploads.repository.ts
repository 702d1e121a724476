import { z } from 'zod';
import { execute, readRows } from '../../database/read.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';

const adding = {
  name: 'import_chunks.insert',
  text: 'INSERT INTO import_chunks (upload, number, bytes) VALUES ($1, $2, $3)',
};
/** Each in a transaction of its own, for the next may be long in coming. */
export const add = (upload: string, number: number, bytes: Buffer) =>
  inTransaction([], (tx) => execute({ ...adding, values: [upload, number, bytes] }, tx));

const reading = {
  name: 'import_chunks.one',
  text: 'SELECT bytes FROM import_chunks WHERE upload = $1 AND number = $2',
};
const chunk = z.object({ bytes: z.instanceof(Buffer) });

/** One piece at a time is in memory. */
export async function* chunksOf(upload: string): AsyncGenerator<Buffer, void, undefined> {
  for (let number = 0; ; number++) {
    const [found] = await readRows({ ...reading, values: [upload, number] }, chunk);
    if (!found) return;
    yield found.bytes;
  }
}

const removing = { name: 'import_chunks.remove', text: 'DELETE FROM import_chunks WHERE upload = $1' };
export const remove = (upload: string, tx: Transaction) => execute({ ...removing, values: [upload] }, tx);

const cleaning = {
  name: 'import_chunks.clean',
  text: `
    WITH forgotten AS (
      UPDATE imports SET upload = NULL WHERE upload IS NOT NULL AND changed_at < clock_timestamp() - interval '30 days'
    )
    DELETE FROM import_chunks chunk WHERE created_at < clock_timestamp() - interval '1 hour' AND NOT EXISTS (
      SELECT FROM imports WHERE imports.upload = chunk.upload AND state NOT IN ('applied', 'undone', 'cancelled')
        AND changed_at >= clock_timestamp() - interval '30 days')`,
};
/** What never became an import, what is over, and what nobody went on with. */
export const removeOld = (tx: Transaction) => execute(cleaning, tx);
