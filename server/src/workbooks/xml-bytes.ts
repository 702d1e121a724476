import { isUtf8 } from 'node:buffer';
import { Refusal } from './refusal.ts';

/** The bytes that XML is made of, and what stands between them as text. */
export const lt = 0x3c;
export const gt = 0x3e;
export const slash = 0x2f;
export const bang = 0x21;
export const question = 0x3f;
export const equals = 0x3d;
export const quote = 0x22;
export const apostrophe = 0x27;
export const ampersand = 0x26;
export const zero = 0x30;
export const nine = 0x39;
export const letterA = 0x41;
export const letterZ = 0x5a;

export const malformed = (detail: string) => new Refusal('damaged', detail);
export const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** 0 for the bytes of a name, and for those of a byte beyond 127, which names may have. */
const endsName = new Uint8Array(256);
endsName.fill(1, 0, 0x21);
for (const byte of [gt, slash, equals, lt]) endsName[byte] = 1;
export function endOfName(bytes: Buffer, from: number): number {
  let i = from;
  while (endsName[bytes[i] ?? 0] === 0) i++;
  return i;
}

/** Text as it was meant: entities resolved, line ends as \n. */
export function textOf(bytes: Buffer, from: number, to: number): string {
  let isPlain = true;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    if (byte > 0x7e || byte === ampersand || byte === 0x0d) {
      isPlain = false;
      break;
    }
  }
  if (isPlain) return bytes.toString('latin1', from, to);
  const text = decoded(bytes, from, to);
  return text.includes('&') ? text.replace(/&([^;&]{0,10};?)/g, (_, name: string) => characterOf(name)) : text;
}

export function decoded(bytes: Buffer, from: number, to: number): string {
  if (!isUtf8(bytes.subarray(from, to))) throw malformed('its text is not in UTF-8');
  return bytes.toString('utf8', from, to).replace(/\r\n?/g, '\n');
}

const named: Record<string, string> = { 'lt;': '<', 'gt;': '>', 'amp;': '&', 'quot;': '"', 'apos;': "'" };

function characterOf(name: string): string {
  const known = named[name];
  if (known !== undefined) return known;
  const [, hex, decimal] = /^#(?:x([0-9a-f]+)|([0-9]+));$/i.exec(name) ?? [];
  const code = hex === undefined ? Number(decimal ?? NaN) : parseInt(hex, 16);
  if (!(code > 0 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff))
    throw malformed('it refers to what it does not hold');
  return String.fromCodePoint(code);
}
