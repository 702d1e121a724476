import { parseArgs } from 'node:util';
import { grantToApplication } from '../../src/database/grants.ts';
import { applyMigrations } from '../../src/database/migrate.ts';
import { CommandFailed, type Defer, runCommand, say } from '../command.ts';
import { openDatabase } from '../database.ts';
import { currentYear, isDay } from './calendar.ts';
import { type Size, scales } from './company.ts';
import { type LoadOptions, loadDemo } from './load.ts';
import { writeFirstWorkbooks } from './workbooks.ts';

await runCommand(demo);

async function demo(defer: Defer): Promise<number> {
  const { workbooks, ...options } = readOptions();
  if (workbooks !== undefined) {
    const { tracker, keys } = await writeFirstWorkbooks(workbooks, currentYear());
    say(`Wrote ${keys} and ${tracker}: drop them on any page of an empty installation`);
    return 0;
  }
  const database = await openDatabase(defer);
  await applyMigrations(database.url);
  await grantToApplication(database.url, database.applicationUrl);
  say(`Loading the ${options.size} company`);
  const counts = await loadDemo(database.url, { ...options, say });
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
  say(`Loaded ${counts.get('services') ?? 0} services, ${rows} rows in all`);
  return 0;
}

function readOptions(): LoadOptions & { workbooks?: string } {
  const { values } = parseArgs({
    options: { size: { type: 'string', default: 'demo' }, 'as-of': { type: 'string' }, workbooks: { type: 'string' } },
  });
  const { size, 'as-of': asOf, workbooks } = values;
  if (!isSize(size))
    throw new CommandFailed(`--size must be ${Object.keys(scales).join(', ')}; "${size}" is none of them.`);
  if (asOf !== undefined && !isDay(asOf))
    throw new CommandFailed(`--as-of must be a date like 2026-01-20, not "${asOf}".`);
  return { size, ...(asOf !== undefined && { asOf }), ...(workbooks !== undefined && { workbooks }) };
}

function isSize(text: string): text is Size {
  return Object.hasOwn(scales, text);
}
