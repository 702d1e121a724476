import { primaryPool } from './database.ts';

/** Work that one process does at a time. The others wait for it, and then find it done. */
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
