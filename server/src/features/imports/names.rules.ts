import { plain } from './headers.rules.ts';

/** Names of which one is likely a slip of the other: apart from case, signs and blanks they differ in one letter, or in two of a long name. */
export function isNearly(one: string, other: string): boolean {
  const [a, b] = [plain(one), plain(other)];
  if (a.replaceAll(' ', '') === b.replaceAll(' ', '')) return true;
  const most = Math.min(a.length, b.length) > 10 ? 2 : 1;
  return Math.min(a.length, b.length) > 3 && Math.abs(a.length - b.length) <= most && distance(a, b) <= most;
}

/** How many letters have to be put in, taken out or changed. */
function distance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      line[column] = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
    }
    above = line;
  }
  return above[other.length] ?? 0;
}
