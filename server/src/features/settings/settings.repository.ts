import { z } from 'zod';
import { readRows } from '../../database/read.ts';

const decimal = z.string().regex(/^\d{1,14}(\.\d{1,2})?$/);
const settings = z.object({
  baseCurrency: z.string().length(3),
  fiscalYearStartMonth: z.int().min(1).max(12),
  rateMaxAgeDays: z.int().min(1),
  cursorSecret: z.string(),
  /** A variance is material from both on. */
  materialAmount: decimal,
  materialPercent: decimal,
});
export type Settings = z.infer<typeof settings>;

export async function findAll(): Promise<Settings> {
  const rows = await readRows(
    { name: 'settings.all', text: 'SELECT key, value FROM settings' },
    z.object({ key: z.string(), value: z.unknown() }),
  );
  return settings.parse(Object.fromEntries(rows.map(({ key, value }) => [key, value])));
}
