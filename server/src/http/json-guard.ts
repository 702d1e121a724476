import { isUtf8 } from 'node:buffer';
import { AppError } from '../lib/errors.ts';

const maxDepth = 32;
const quote = 0x22;
const backslash = 0x5c;

/**
 * Refuses what the parser would accept in silence: bytes that are no text, a byte order mark, nesting without end, and a key
 * that stands twice in an object, of which the parser would take the last.
 */
export function guardJson(bytes: Buffer) {
  if (bytes.length === 0) throw new AppError(400, 'The request has no body');
  if (!isUtf8(bytes)) throw new AppError(400, 'Send JSON in UTF-8; some bytes are not');
  if (bytes[0] === 0xef && bytes[1] === 0xbb) throw new AppError(400, 'Send JSON without a byte order mark');
  const keysByDepth: (Set<string> | undefined)[] = [];
  let lastText: string | undefined;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      const end = endOfText(bytes, at);
      lastText = bytes.toString('utf8', at, end + 1);
      at = end;
    } else if (byte === 0x7b || byte === 0x5b) {
      keysByDepth.push(byte === 0x7b ? new Set() : undefined);
      if (keysByDepth.length > maxDepth) throw new AppError(400, 'The JSON is nested too deeply');
    } else if (byte === 0x7d || byte === 0x5d) {
      keysByDepth.pop();
    } else if (byte === 0x3a && lastText !== undefined) {
      noteKey(keysByDepth.at(-1), lastText);
      lastText = undefined;
    }
  }
}

function noteKey(keys: Set<string> | undefined, text: string) {
  const key = text.includes('\\') ? unescaped(text) : text;
  if (keys?.has(key)) throw new AppError(400, 'The JSON has one field twice');
  keys?.add(key);
}

/** "\u0061" is "a". Text that cannot be read is left for the parser to refuse. */
function unescaped(text: string) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

function endOfText(bytes: Buffer, start: number) {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === backslash) at++;
    else if (bytes[at] === quote) return at;
  }
  return bytes.length;
}
