import { isUtf8 } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';

/** What a file is by its first bytes, whatever its name says; what is neither a workbook nor CSV is refused. */
export async function kindOfFile(path: string, name: string, limits: Limits): Promise<'xlsx' | 'csv'> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size === 0) throw new Refusal('empty');
    if (size > limits.fileBytes)
      throw new Refusal('file-too-large', `at most ${megabytes(limits.fileBytes)} MB are read`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    const begin = buffer.subarray(0, bytesRead);
    const starts = begin.toString('latin1');
    if (starts.startsWith('PK\x03\x04')) return 'xlsx';
    if (starts.startsWith('PK')) throw new Refusal('not-a-workbook');
    if (starts.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) throw new Refusal(await kindOfOle(file));
    if (starts.startsWith('%PDF')) throw new Refusal('pdf');
    // Excel's oldest formats have no container.
    if (/^\x09[\x00\x02\x04\x08]/.test(starts)) throw new Refusal('xls');
    refuseWhatIsNoTable(begin);
    if (/^\.xls/i.test(extname(name))) throw new Refusal('text-named-workbook');
    return 'csv';
  } finally {
    await file.close();
  }
}

const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);

/** Old workbooks and protected new ones come in the same container, whose parts have names in UTF-16. */
async function kindOfOle(file: FileHandle): Promise<'encrypted' | 'xls'> {
  const contents = await file.readFile();
  return contents.includes(Buffer.from('EncryptedPackage', 'utf16le')) ? 'encrypted' : 'xls';
}

function refuseWhatIsNoTable(begin: Buffer) {
  if (begin.includes(0)) throw new Refusal(begin[0] === 0xff || begin[0] === 0xfe ? 'not-utf8' : 'not-a-workbook');
  // The last character may be cut off here, so three bytes less are looked at.
  if (!isUtf8(begin.length === 4096 ? withoutCutCharacter(begin) : begin)) throw new Refusal('not-utf8');
  const words = begin
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
    .slice(0, 200)
    .toLowerCase();
  if (/^<(!doctype html|html|head|table|meta|style)/.test(words)) throw new Refusal('html');
  if (/^<\?xml|^<[a-z]+:?[a-z]*[ >]/.test(words)) throw new Refusal('xml');
  if (/^{\\rtf/.test(words)) throw new Refusal('not-a-workbook');
}

function withoutCutCharacter(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end - 1);
}
