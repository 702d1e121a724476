import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileFormat } from '@opex/contracts/files';
import type { Response } from 'express';
import { logger } from '../lib/logger.ts';
import { writeCsv } from '../workbooks/csv-writer.ts';
import type { SheetToWrite } from '../workbooks/to-write.ts';
import { writeXlsx } from '../workbooks/xlsx-writer.ts';

const mediaTypes: Record<FileFormat, string> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
};

/** Sends a table as a file while it is read. What goes wrong before there are bytes is answered in words as always. */
export async function sendTable(res: Response, format: FileFormat, table: SheetToWrite, name = table.name) {
  const bytes = format === 'csv' ? writeCsv(table) : writeXlsx([table]);
  const first = await bytes.next();
  res.attachment(`${name}.${format}`);
  res.type(mediaTypes[format]);
  // A file that ends too early must not look whole, so the connection is cut.
  pipeline(Readable.from(startingWith(first, bytes)), res).catch((error: unknown) => {
    if (!isLeft(error)) logger.error('A file could not be written to its end', { file: name, error });
  });
}

async function* startingWith<Part>(first: IteratorResult<Part>, rest: AsyncIterable<Part>) {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/** The reader went away. */
const isLeft = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
