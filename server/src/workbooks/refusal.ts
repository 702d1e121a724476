/** Why a file is not read: what a program tells it by, and what a person who works with spreadsheets can do. */
const words = {
  empty: 'This file is empty',
  pdf: 'This is a PDF. Load the workbook it was printed from',
  html: 'This is a web page, whatever its name says. Open it in Excel and save it as .xlsx',
  xml: 'This is an XML file. Open it in Excel and save it as .xlsx',
  xls: 'This workbook is in the old .xls format. Open it in Excel and save it as .xlsx',
  xlsb: 'This is a binary workbook (.xlsb). Open it in Excel and save it as .xlsx',
  encrypted: 'This workbook is protected by a password. Save a copy without the password and load that',
  macros: 'This workbook holds macros. Save it as .xlsx, which holds none',
  'not-a-workbook': 'This is not an Excel workbook. Save it as .xlsx or as "CSV UTF-8"',
  'text-named-workbook': 'This is text that is named like a workbook. Name it .csv, or save it as .xlsx in Excel',
  'not-utf8': 'This text is not in UTF-8. Save it as "CSV UTF-8" in Excel',

  truncated: 'This file is incomplete: its end is missing. Copy or download it again',
  damaged: 'This workbook is damaged. Open it in Excel and save it again',
  'wrong-checksum': 'This workbook is damaged: a part of it does not have its checksum. Copy or download it again',
  'wrong-size': 'This workbook is damaged: a part of it is not as large as it says',
  overlapping: 'This workbook is not as Excel writes it: parts of it overlap',
  'repeated-name': 'This workbook is not as Excel writes it: two parts of it have the same name',
  'bad-name': 'This workbook is not as Excel writes it: a part of it lies outside of the workbook',
  doctype: 'This workbook is not as Excel writes it: it declares a document type',
  external: 'A sheet of this workbook lies in another file. Copy it into this workbook',
  'no-sheets': 'This workbook has no sheet with cells',
  'open-quote': 'A quotation mark of this file is never closed',

  'file-too-large': 'This file is too large',
  'too-many-parts': 'This workbook has too many parts',
  'unpacks-too-large': 'This workbook unpacks to more than can be read',
  'packed-too-tightly': 'This workbook unpacks to far more than its size, as no workbook of figures does',
  'too-many-rows': 'This sheet has too many rows',
  'too-many-columns': 'This sheet has too many columns',
  'too-many-texts': 'This workbook holds too many different texts',
  'too-many-merges': 'This sheet has too many merged cells',
  'text-too-long': 'A cell holds more text than Excel allows',
  'too-slow': 'Reading this file takes too long',
  'too-much-memory': 'Reading this file takes too much memory',
} as const;

export type RefusalCode = keyof typeof words;

/** Its message is written for the person who chose the file. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: RefusalCode;
  readonly detail: string;

  constructor(code: RefusalCode, detail = '', cause?: unknown) {
    super(detail ? `${words[code]} (${detail})` : words[code], { cause });
    this.code = code;
    this.detail = detail;
  }
}

/** 200000 -> 200,000 */
export const said = (count: number) => count.toLocaleString('en-US');
