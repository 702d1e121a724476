import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SheetToWrite, Value } from '../../src/workbooks/to-write.ts';
import { writeXlsx } from '../../src/workbooks/xlsx-writer.ts';

/** What a finance department brings on its first day: a tracker and its allocation keys, of an invented company. */

const entities = ['Harbour Foods', 'Harbour Retail', 'Inland-Logistics', 'Harbour Services'];
const keys: [name: string, basis: string, ...values: number[]][] = [
  ['Blue Pine / Mail', 'Mailboxes', 420, 310, 95, 175],
  ['Company network', 'Headcount', 1250, 840, 260, 310],
];
const services: [vendor: string, service: string, tower: string, head: string, key: string, lakh: number][] = [
  ['Blue Pine', 'Mail', 'Workplace', 'Licences', 'Blue Pine / Mail', 48],
  ['Blue Pine', 'Office suite', 'Workplace', 'Licences', 'Blue Pine / Mail', 96.5],
  ['Tidewater Networks', 'Wide area network', 'Network', 'Managed services', 'Company network', 132],
  ['Tidewater Networks', 'Branch routers', 'Network', 'Maintenance', 'Company network', 27.75],
  ['Larkspur Hosting', 'Order platform', 'Hosting', 'Cloud', '', 210],
  ['Larkspur Hosting', 'Backup', 'Hosting', 'Cloud', '', 18],
  ['Quarry Systems', 'Warehouse system', 'Applications', 'Maintenance', '', 64],
  ['Quarry Systems', 'Point of sale', 'Applications', 'Licences', '', 88.4],
  ['Two Rivers Consulting', 'Security watch', 'Security', 'Managed services', 'Company network', 54],
  ['Two Rivers Consulting', 'Penetration test', 'Security', 'Services', 'Company network', 9],
];
const lakh = 100_000;
const spentMonths = 3;
const monthNumber = (index: number) => String(((index + 3) % 12) + 1).padStart(2, '0');

const allocation: SheetToWrite = {
  name: 'BOA',
  columns: ['Vendor / Service', 'Basis of Allocation', 'Total Count', ...entities].map((title) => ({ title })),
  rows: keys.map(([name, basis, ...values]) => [name, basis, values.reduce((sum, value) => sum + value), ...values]),
};

function tracker(fy: string): SheetToWrite {
  const months = Array.from({ length: spentMonths }, (_, index) => index);
  const spent = months.flatMap((month) => entities.map((entity) => `${monthNumber(month)} – ${entity}`));
  const titles = [
    ...['UID', 'Vendor', 'Service', 'Tower', 'Budget Head', 'Service Type', 'Basis of Allocation', 'Remarks'],
    ...[`${fy} Budget`, ...spent],
  ];
  const rows = services.map(([vendor, service, tower, head, key, budget], index): Value[] => {
    const owner = index % entities.length;
    const ofMonth = (entity: number) => (key ? entity === 0 : entity === owner);
    return [
      ...[`OPX-${String(index + 1).padStart(3, '0')}`, vendor, service, tower, head],
      ...[key ? 'Shared' : 'Dedicated', key, index === 4 ? 'Contract renews in autumn' : ''],
      budget * lakh,
      ...months.flatMap((month) =>
        entities.map((_, entity) =>
          ofMonth(entity) ? Math.round(((budget * lakh) / 12) * (0.92 + 0.05 * month)) : null,
        ),
      ),
    ];
  });
  return { name: 'Tracker', columns: titles.map((title) => ({ title })), rows };
}

/** Writes both into the folder and answers where they are. */
export async function writeFirstWorkbooks(folder: string, fy: string): Promise<{ tracker: string; keys: string }> {
  mkdirSync(folder, { recursive: true });
  const write = async (name: string, sheet: SheetToWrite) => {
    const file = join(folder, name);
    await pipeline(Readable.from(writeXlsx([sheet])), createWriteStream(file));
    return file;
  };
  return {
    tracker: await write(`Tracker ${fy}.xlsx`, tracker(fy)),
    keys: await write('Allocation keys.xlsx', allocation),
  };
}
