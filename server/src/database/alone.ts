import { primaryPool } from './database.ts';

/** Work that only one process of all does at a time; the others wait, and then find it done. */
export async function alone<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const client = await primaryPool.connect();
  try {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [`opex.${name}`]);
    return await work();
  } finally {
    // The lock ends with its connection, whatever state that is in.
    client.release(true);
  }
}
