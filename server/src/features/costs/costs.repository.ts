import { z } from 'zod';
import { execute, readRows } from '../../database/read.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Usage } from './costs.rules.ts';

const row = z.object({
  hour: z.date(),
  processSeconds: z.number(),
  cpuSeconds: z.number(),
  gibSeconds: z.number(),
  requests: z.number(),
});

/** Adds what one process used to what all have used in this hour. */
export const add = ({ hour, processSeconds, cpuSeconds, gibSeconds, requests }: Usage, tx: Transaction) =>
  execute(
    {
      name: 'usage_hours.add',
      text: `
        INSERT INTO usage_hours AS kept (hour, process_seconds, cpu_seconds, gib_seconds, requests) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (hour) DO UPDATE SET
          process_seconds = kept.process_seconds + excluded.process_seconds,
          cpu_seconds = kept.cpu_seconds + excluded.cpu_seconds,
          gib_seconds = kept.gib_seconds + excluded.gib_seconds,
          requests = kept.requests + excluded.requests`,
      values: [hour, processSeconds, cpuSeconds, gibSeconds, requests],
    },
    tx,
  );

export const since = (from: Date): Promise<Usage[]> =>
  readRows(
    {
      name: 'usage_hours.since',
      text: `
        SELECT hour, process_seconds AS "processSeconds", cpu_seconds AS "cpuSeconds", gib_seconds AS "gibSeconds", requests
        FROM usage_hours WHERE hour >= $1 ORDER BY hour`,
      values: [from],
    },
    row,
  );

export const removeBefore = (time: Date, tx: Transaction) =>
  execute({ name: 'usage_hours.remove', text: 'DELETE FROM usage_hours WHERE hour < $1', values: [time] }, tx);
