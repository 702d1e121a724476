/** Not in XML 1.0, or not kept by its readers: they get a name of four digits. */
const unwritable = String.raw`\u0000-\u0008\u000b-\u001f\ufffe\uffff\p{Surrogate}`;
const everyUnwritable = new RegExp(`[${unwritable}]`, 'gu');
/** An underscore that would be read as the beginning of such a name. */
const everyLookAlike = new RegExp(`_(?=x[0-9A-Fa-f]{4}[_${unwritable}])`, 'gu');
const needsCare = /[&<>"\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]|_x/;

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it stands in the XML of a workbook; `unescaped` gives it back. */
export function escaped(text: string): string {
  if (!needsCare.test(text)) return text;
  return text
    .replace(everyLookAlike, '_x005F_')
    .replace(
      everyUnwritable,
      (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
    .replace(/[&<>"]/g, (character) => named[character] ?? '');
}

/** Characters that XML cannot hold are written as _x0007_, and so is what would be taken for one. */
export const unescaped = (text: string) =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    : text;
