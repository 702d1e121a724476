import * as z from 'zod/mini';
import { timestamp } from './common.ts';

/** What anybody may know, at `/health`: it is asked without a session, and answered without the database. */
export const health = z.object({
  status: z.string(),
  database: z.enum(['up', 'down']),
  /** Since when this process cannot reach it; null while it can. */
  databaseDownSince: z.nullable(timestamp),
  replica: z.string(),
  cache: z.string(),
  changes: z.enum(['listening', 'interrupted']),
  uptimeSeconds: z.number(),
});
export type Health = z.infer<typeof health>;
