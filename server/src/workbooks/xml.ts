import { Refusal } from './refusal.ts';
import { type Name, Names } from './xml-names.ts';
import { apostrophe, bang, decoded, endOfName, equals, gt, isBlank, letterA, letterZ, lt, malformed, nine, question, quote, slash, textOf, zero } from './xml-bytes.ts'; // prettier-ignore

/** A tag, an attribute or a text of a workbook is never longer. */
const longestPiece = 1024 * 1024;
const mostAttributes = 200;
const deepest = 100;

export interface XmlListener {
  /** Text is made only where it is wanted. */
  wantsText: boolean;
  open(name: string, xml: XmlScanner): void;
  close(name: string): void;
  text(text: string): void;
  /**
   * Reads an element without prefixes in one go: it begins at `at` of the bytes, of which `latin` has one character each. Says where
   * it ends, or -1 where it has to be read tag by tag.
   */
  shortcut?(bytes: Buffer, latin: string, at: number): number;
}

/**
 * Reads XML as it comes, in pieces of bytes: a million cells cost a million short texts and little else. It knows what
 * workbooks are written with, elements, attributes, namespaces, comments, CDATA and the five entities, and refuses the rest.
 */
export class XmlScanner {
  private readonly listener: XmlListener;
  private rest: Buffer = Buffer.alloc(0);
  private isBegun = false;
  private isOver = false;
  private readonly opened: Name[] = [];
  private readonly names = new Names();
  private skipsTo: string | undefined;

  /** Of the tag that is being opened: where names and values of its attributes begin and end. */
  private bytes: Buffer = this.rest;
  private readonly at = new Int32Array(4 * mostAttributes);
  private attributes = 0;
  private declares = false;

  constructor(listener: XmlListener) {
    this.listener = listener;
  }

  write(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let from = 0;
    if (!this.isBegun) {
      if (bytes.length < 3) return void (this.rest = bytes);
      this.isBegun = true;
      if (bytes.subarray(0, 3).toString('latin1') === '\xef\xbb\xbf') from = 3;
    }
    this.rest = bytes.subarray(this.scan(bytes, from));
    if (this.rest.length > longestPiece) throw malformed('a part of it does not end');
  }

  end(): void {
    if (!this.isOver || this.rest.toString('latin1').trim() !== '') throw malformed('a part of it ends too early');
  }

  /** To be called while an element opens: nothing in it is looked at. */
  skip(): void {
    this.skipsTo = `</${this.opened.at(-1)?.raw ?? ''}`;
  }

  attribute(name: string): string | undefined {
    const index = this.find(name);
    return index < 0 ? undefined : textOf(this.bytes, this.at[index + 2] ?? 0, this.at[index + 3] ?? 0);
  }

  /** An attribute in the namespace of relationships, whatever its prefix. */
  relation(name: string): string | undefined {
    for (const prefix of this.names.prefixesOfRelations()) {
      const value = this.attribute(`${prefix}:${name}`);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** A whole number; -1 where there is none. */
  integer(name: string): number {
    const index = this.find(name);
    if (index < 0) return -1;
    const end = this.at[index + 3] ?? 0;
    let value = 0;
    for (let i = this.at[index + 2] ?? 0; i < end; i++) {
      const digit = (this.bytes[i] ?? 0) - zero;
      if (digit < 0 || digit > 9 || value > 1e9) throw malformed('a number in it is none');
      value = value * 10 + digit;
    }
    return value;
  }

  /** "B12" as 12 * 2^15 + 2; -1 where there is none. */
  reference(name: string): number {
    const index = this.find(name);
    if (index < 0) return -1;
    let i = this.at[index + 2] ?? 0;
    const end = this.at[index + 3] ?? 0;
    let column = 0;
    let row = 0;
    for (let byte = this.bytes[i] ?? 0; byte >= letterA && byte <= letterZ && i < end; byte = this.bytes[++i] ?? 0)
      column = column * 26 + byte - letterA + 1;
    for (let byte = this.bytes[i] ?? 0; byte >= zero && byte <= nine && i < end; byte = this.bytes[++i] ?? 0)
      row = row * 10 + byte - zero;
    if (i < end || column < 1 || column > 16_384 || row < 1 || row > 1_048_576)
      throw malformed('a cell of it is nowhere');
    return row * 2 ** 15 + column;
  }

  private find(name: string): number {
    search: for (let index = 0; index < this.attributes * 4; index += 4) {
      const from = this.at[index] ?? 0;
      if ((this.at[index + 1] ?? 0) - from !== name.length) continue;
      for (let i = 0; i < name.length; i++) if (this.bytes[from + i] !== name.charCodeAt(i)) continue search;
      return index;
    }
    return -1;
  }

  /** Where to go on when more has come. */
  private scan(bytes: Buffer, from: number): number {
    this.bytes = bytes;
    const latin = this.listener.shortcut ? bytes.toString('latin1') : '';
    let at = from;
    for (;;) {
      if (this.skipsTo !== undefined) {
        const end = bytes.indexOf(this.skipsTo, at);
        if (end < 0) return Math.max(at, bytes.length - this.skipsTo.length);
        this.skipsTo = undefined;
        at = end;
      }
      let end = at;
      while (end < bytes.length && bytes[end] !== lt) end++;
      // Text is handed over whole, so it waits for its tag.
      if (end === bytes.length) return at;
      if (end > at) this.text(bytes, at, end);
      const past = this.names.arePlain ? (this.listener.shortcut?.(bytes, latin, end) ?? -1) : -1;
      const next = past < 0 ? this.tag(bytes, end) : past;
      if (next < 0) return end;
      at = next;
    }
  }

  private text(bytes: Buffer, from: number, to: number) {
    if (this.listener.wantsText) this.listener.text(textOf(bytes, from, to));
    else if (this.opened.length === 0 && bytes.toString('latin1', from, to).trim() !== '')
      throw malformed('it begins with text');
  }

  /** Where the tag ends, or -1 when its end has not come yet. */
  private tag(bytes: Buffer, at: number): number {
    const second = bytes[at + 1];
    if (second === slash) return this.closing(bytes, at);
    if (second === bang || second === question) return this.aside(bytes, at);
    return second === undefined ? -1 : this.opening(bytes, at);
  }

  private closing(bytes: Buffer, at: number): number {
    let end = at + 2;
    while (end < bytes.length && bytes[end] !== gt) end++;
    if (end === bytes.length) return -1;
    let nameEnd = end;
    while (isBlank(bytes[nameEnd - 1])) nameEnd--;
    const name = this.names.find(bytes, at + 2, nameEnd);
    if (this.opened.at(-1) !== name) throw malformed('its tags do not match');
    this.close(name);
    return end + 1;
  }

  private close(name: Name) {
    const depth = this.opened.length;
    this.opened.pop();
    if (depth === 1) this.isOver = true;
    if (name.local !== '') this.listener.close(name.local);
    this.names.leave(depth);
  }

  private opening(bytes: Buffer, at: number): number {
    const nameEnd = endOfName(bytes, at + 1);
    this.attributes = 0;
    let i = nameEnd;
    while (isBlank(bytes[i])) i++;
    while (bytes[i] !== gt && bytes[i] !== slash) {
      i = this.readAttribute(bytes, i);
      if (i < 0) return -1;
    }
    const isClosed = bytes[i] === slash;
    const end = isClosed ? i + 1 : i;
    if (end === bytes.length) return -1;
    if (bytes[end] !== gt) throw malformed('a tag of it does not end');
    if (this.opened.length >= deepest) throw malformed('it is nested too deeply');
    if (this.isOver) throw malformed('it goes on after its end');
    if (this.declares) this.declare(bytes);
    const name = this.names.find(bytes, at + 1, nameEnd);
    this.opened.push(name);
    if (name.local !== '') this.listener.open(name.local, this);
    if (isClosed) {
      this.skipsTo = undefined;
      this.close(name);
    }
    return end + 1;
  }

  /** Where the next one begins, or -1 when its end has not come yet. */
  private readAttribute(bytes: Buffer, from: number): number {
    const to = endOfName(bytes, from);
    let i = to;
    while (isBlank(bytes[i])) i++;
    if (i >= bytes.length) return -1;
    if (to === from || bytes[i] !== equals) throw malformed('an attribute of it has no value');
    do i++;
    while (isBlank(bytes[i]));
    if (i >= bytes.length) return -1;
    const mark = bytes[i];
    if (mark !== quote && mark !== apostrophe) throw malformed('an attribute of it has no quotation marks');
    const begin = ++i;
    while (i < bytes.length && bytes[i] !== mark && bytes[i] !== lt) i++;
    if (i === bytes.length) return -1;
    if (bytes[i] === lt) throw malformed('an attribute of it does not end');
    this.note(from, to, begin, i);
    do i++;
    while (isBlank(bytes[i]));
    return i < bytes.length ? i : -1;
  }

  private note(from: number, to: number, begin: number, end: number) {
    if (this.attributes === mostAttributes) throw malformed('a tag of it has too many attributes');
    const index = 4 * this.attributes++;
    this.at[index] = from;
    this.at[index + 1] = to;
    this.at[index + 2] = begin;
    this.at[index + 3] = end;
    const { bytes } = this;
    // "xmlns", alone or before a colon.
    if (bytes[from] === 0x78 && bytes[from + 4] === 0x73 && to - from >= 5) this.declares = true;
  }

  private declare(bytes: Buffer) {
    const meanings = new Map<string, string>();
    for (let index = 0; index < this.attributes * 4; index += 4) {
      const declared = /^xmlns(?::(.+))?$/.exec(textOf(bytes, this.at[index] ?? 0, this.at[index + 1] ?? 0));
      if (declared) meanings.set(declared[1] ?? '', textOf(bytes, this.at[index + 2] ?? 0, this.at[index + 3] ?? 0));
    }
    this.names.declare(this.opened.length + 1, meanings);
    this.declares = false;
  }

  /** Comments, CDATA, instructions to programs. */
  private aside(bytes: Buffer, at: number): number {
    if (bytes.length - at < 9) return -1;
    const begin = bytes.toString('latin1', at, at + 9);
    const [mark, stop] = begin.startsWith('<!--')
      ? ['<!--', '-->']
      : begin === '<![CDATA['
        ? [begin, ']]>']
        : begin.startsWith('<?')
          ? ['<?', '?>']
          : ['', ''];
    if (begin.toUpperCase() === '<!DOCTYPE') throw new Refusal('doctype');
    if (mark === '') throw malformed('it declares something');
    const end = bytes.indexOf(stop, at + mark.length);
    if (end < 0) return -1;
    if (mark === begin && this.listener.wantsText) this.listener.text(decoded(bytes, at + mark.length, end));
    return end + stop.length;
  }
}
