import { basename } from 'node:path';
import { type Archive, openArchive } from './archive.ts';
import type { DateSystem, Merge, Row } from './cells.ts';
import { readCsv } from './csv-reader.ts';
import { kindOfFile } from './file-kind.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { readDateStyles, readRelations, readTexts, readWorkbookPart, type Relation, relationsNameOf } from './parts.ts';
import { Refusal } from './refusal.ts';
import { readMerges, readRows, type Shared } from './sheet.ts';

export type Sheet = { name: string; isHidden: boolean };

export type Workbook = {
  format: 'xlsx' | 'csv';
  dates: DateSystem;
  sheets: readonly Sheet[];
  /** Rows in the order of the file, some at a time. Whatever is wrong with the sheet is thrown on the way. */
  rows: (sheet: Sheet) => AsyncGenerator<Row[], void, undefined>;
  merges: (sheet: Sheet) => Promise<Merge[]>;
  close: () => void;
};

type Options = {
  /** What its owner calls the file, where the path does not say it. */
  name?: string;
  limits?: Partial<Limits>;
  signal?: AbortSignal;
};

/** Says what is in a file, and reads it as far as it is asked for. A file that cannot be read ends in a `Refusal`. */
export async function openWorkbook(
  path: string,
  { name = basename(path), limits, signal }: Options = {},
): Promise<Workbook> {
  const allowed = { ...defaultLimits, ...limits };
  if ((await kindOfFile(path, name, allowed)) === 'csv') {
    return {
      format: 'csv',
      dates: 1900,
      sheets: [{ name, isHidden: false }],
      rows: () => readCsv(path, allowed, signal),
      merges: () => Promise.resolve([]),
      close() {},
    };
  }
  const archive = await openArchive(path, allowed, signal);
  try {
    return await openSheets(archive, allowed);
  } catch (error) {
    archive.close();
    throw error;
  }
}

async function openSheets(archive: Archive, limits: Limits): Promise<Workbook> {
  refuseOtherKinds(archive);
  const part = targetOf((await relationsOf(archive, '')).find(({ type }) => type === 'officeDocument'));
  const relations = await relationsOf(archive, part);
  const { dates, sheets } = await readWorkbookPart(archive.read(part));
  if (sheets.length === 0) throw new Refusal('not-a-workbook');
  const partOf = new Map<Sheet, string>();
  for (const { id, ...sheet } of sheets) {
    const relation = relations.find((one) => one.id === id);
    if (!relation) throw new Refusal('damaged', `its sheet "${sheet.name}" is missing`);
    if (relation.type === 'xlMacrosheet') throw new Refusal('macros');
    // Sheets of charts and dialogs have no cells.
    if (relation.type === 'worksheet') partOf.set(sheet, targetOf(relation));
  }
  if (partOf.size === 0) throw new Refusal('no-sheets');
  const bytesOf = (sheet: Sheet) => archive.read(partOf.get(sheet) ?? '');
  const ofType = (name: string) => relations.find(({ type }) => type === name);

  let shared: Promise<Shared> | undefined;
  const readShared = async (): Promise<Shared> => {
    const [texts, styles] = [ofType('sharedStrings'), ofType('styles')];
    return {
      texts: texts ? await readTexts(archive.read(targetOf(texts)), limits) : [],
      isDate: styles ? await readDateStyles(archive.read(targetOf(styles))) : [],
      dates,
    };
  };
  return {
    format: 'xlsx',
    dates,
    sheets: [...partOf.keys()],
    async *rows(sheet) {
      yield* readRows(bytesOf(sheet), await (shared ??= readShared()), limits);
    },
    merges: (sheet) => readMerges(bytesOf(sheet), limits),
    close: () => archive.close(),
  };
}

function refuseOtherKinds(archive: Archive) {
  const names = archive.names();
  if (names.some((name) => name.endsWith('vbaproject.bin'))) throw new Refusal('macros');
  if (names.includes('xl/workbook.bin')) throw new Refusal('xlsb');
  if (!names.includes('_rels/.rels')) throw new Refusal('not-a-workbook');
}

const relationsOf = (archive: Archive, part: string): Promise<Relation[]> => {
  const name = relationsNameOf(part);
  return archive.has(name) ? readRelations(archive.read(name), part) : Promise.resolve([]);
};

function targetOf(relation: Relation | undefined): string {
  if (!relation) throw new Refusal('not-a-workbook');
  if (relation.target === '') throw new Refusal('external');
  return relation.target;
}
