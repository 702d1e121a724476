import { malformed, textOf } from './xml-bytes.ts';

const main = [
  'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  'http://purl.oclc.org/ooxml/spreadsheetml/main',
  'http://schemas.openxmlformats.org/package/2006/relationships',
];
const relationships = [
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
  'http://purl.oclc.org/ooxml/officeDocument/relationships',
];

const mostNames = 2_000;
const longestName = 200;

/** `local` is empty for elements that are not of spreadsheets: listeners pass them over. */
export type Name = { raw: string; local: string };

/** The names of a document, and what their prefixes mean where they stand. */
export class Names {
  private readonly names = new Map<number | string, Name>();
  private prefixes = new Map<string, string>();
  /** Whether names without a prefix are of spreadsheets. */
  arePlain = false;
  private readonly declarations: { depth: number; before: Map<string, string> }[] = [];

  /** The same object for the same name. Short ones, which most are, are found by a number made of their bytes. */
  find(bytes: Buffer, from: number, to: number): Name {
    let key: number | string = to - from;
    if (key === 0) throw malformed('a tag of it has no name');
    if (key > longestName) throw malformed('a tag of it has too long a name');
    if (key > 6) key = bytes.toString('latin1', from, to);
    else {
      key = 0;
      for (let i = from; i < to; i++) key = key * 256 + (bytes[i] ?? 0);
    }
    const known = this.names.get(key);
    if (known) return known;
    if (this.names.size === mostNames) throw malformed('it has too many kinds of tags');
    const raw = textOf(bytes, from, to);
    const name = { raw, local: this.localOf(raw) };
    this.names.set(key, name);
    return name;
  }

  /** From this depth on, until it is left. */
  declare(depth: number, meanings: Map<string, string>) {
    this.declarations.push({ depth, before: this.prefixes });
    this.mean(new Map([...this.prefixes, ...meanings]));
  }

  leave(depth: number) {
    const declaration = this.declarations.at(-1);
    if (declaration?.depth !== depth) return;
    this.declarations.pop();
    this.mean(declaration.before);
  }

  prefixesOfRelations(): string[] {
    return [...this.prefixes].flatMap(([prefix, meaning]) => (relationships.includes(meaning) ? [prefix] : []));
  }

  /** Names may mean something else from here on; those of open elements stay the same objects. */
  private mean(prefixes: Map<string, string>) {
    this.prefixes = prefixes;
    this.arePlain = main.includes(prefixes.get('') ?? '');
    for (const name of this.names.values()) name.local = this.localOf(name.raw);
  }

  private localOf(raw: string): string {
    const at = raw.indexOf(':');
    return main.includes(this.prefixes.get(at < 0 ? '' : raw.slice(0, at)) ?? '') ? raw.slice(at + 1) : '';
  }
}
