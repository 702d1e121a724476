import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImportRecord } from '@opex/contracts/imports';
import { writeXlsx } from '../../src/workbooks/xlsx-writer.ts';
import { CommandFailed } from '../command.ts';
import type { Client } from './client.ts';
import { currentYear } from './company.ts';
import type { Compose } from './compose.ts';
import type { Load } from './load.ts';

const rows = 5_000;
const atOnce = 4;
const onTheirWay = ['reading', 'checking', 'applying', 'undoing', 'received'];

type Rehearsal = { compose: Compose; client: Client; load: Load };

/** The services that the workbook plans for, each with a budget of 1.00 until it is applied. */
export async function prepareImport({ client, load }: Rehearsal): Promise<string> {
  const fy = await currentYear(client);
  const uids = uidsOf(load);
  const left = uids.entries();
  const addOneAfterTheOther = async () => {
    for (const [number, uid] of left)
      await client.json('POST', '/api/services', { uid, description: `Planned ${number}`, budget: '1.00', fy });
  };
  await Promise.all(Array.from({ length: atOnce }, addOneAfterTheOther));
  return `${rows.toLocaleString('en-US')} of them`;
}

/** All of the workbook is there, or nothing, at each moment; in the end all. */
export async function importAmidKills({ compose, client, load }: Rehearsal): Promise<string> {
  const fy = await currentYear(client);
  const uids = uidsOf(load);
  const planned = uids.map((uid, number) => [uid, `${1_000 + number}.25`]);
  const columns = [{ title: 'UID' }, { title: `${fy} Budget`, as: 'amount' as const }];
  const file = await buffer(writeXlsx([{ name: 'Budget', columns, rows: planned }]));

  const from = load.now();
  const name = encodeURIComponent(`Budget ${fy}.xlsx`);
  const sent = await client.ask('POST', `/api/imports?name=${name}`, file, { 'idempotency-key': `drill-${uids[0]}` });
  if (sent.status !== 201) throw new CommandFailed(`The workbook was answered with ${sent.status}: ${sent.body}`);
  const took = load.now() - from;
  const { id } = JSON.parse(sent.body) as ImportRecord;
  const checked = await settled(client, id);
  if (checked.counts?.changed !== rows)
    throw new CommandFailed(`Checked: ${JSON.stringify(checked.counts)}, ${checked.state}, ${checked.problem}`);
  const checkedAfter = load.now() - from;

  const applied = await client.ask('POST', `/api/imports/${id}/apply`, {}, { 'if-match': `"v${checked.version}"` });
  if (applied.status !== 202) throw new CommandFailed(`Apply was answered with ${applied.status}: ${applied.body}`);
  const begun = load.now();
  await sleep(300);
  await Promise.all([compose.kill('worker'), compose.kill('serve')]);
  const afterKill = await partThere(compose, fy);
  await compose.up();
  const seen = new Set([afterKill]);
  let last = await one(client, id);
  for (; onTheirWay.includes(last.state); last = await one(client, id)) {
    seen.add(await partThere(compose, fy));
    await sleep(200);
  }
  const appliedAfter = load.now() - begun;
  seen.add(await partThere(compose, fy));
  if (last.state !== 'applied') throw new CommandFailed(`It ended as ${last.state}: ${last.problem}`);
  if ([...seen].some((count) => count !== 0 && count !== rows))
    throw new CommandFailed(`There was a part of it: ${[...seen].join(', ')} of ${rows} rows`);
  const lists = load.between(from, load.now(), 'list');
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return (
    `${Math.round(file.length / 1024)} KB sent in ${seconds(took)} s, checked after ${seconds(checkedAfter)} s; ` +
    `${afterKill} rows were there when both were dead; applied ${seconds(appliedAfter)} s after it was asked for; ` +
    `p95 of ${lists.requests} lists ${Math.round(lists.p95)} ms`
  );
}

const uidsOf = ({ run }: Load) => Array.from({ length: rows }, (_, number) => `PLAN-${run}-${number}`);

const one = async (client: Client, id: number) => (await client.json('GET', `/api/imports/${id}`)) as ImportRecord;

async function settled(client: Client, id: number): Promise<ImportRecord> {
  for (;;) {
    const found = await one(client, id);
    if (!onTheirWay.includes(found.state)) return found;
    await sleep(100);
  }
}

/** How many of the services have the budget of the workbook. */
async function partThere(compose: Compose, fy: string): Promise<number> {
  const text = `SELECT count(*) FROM services JOIN service_years y ON y.service_id = services.id
    JOIN fiscal_years f ON f.id = y.fiscal_year_id WHERE f.label = '${fy}' AND uid LIKE 'PLAN-%' AND budget > 1`;
  return Number(await compose.sql(text));
}
