import { doubtAbout } from '../../domain/amounts/doubtful-amount.ts';
import { parseDay, parseMonth } from '../../lib/day.ts';
import { farOff } from './rate-doubt.tsx';

type Line = { effectiveDate: string; rate: string };
type Read = { lines: Line[]; problem: string | null };

const rateOf = (text: string) => (/^[\d,]+(\.\d{1,10})?$/.test(text) ? text.replaceAll(',', '') : undefined);

/** "Apr 2026<tab>83.10", a line each, as copied from a workbook; a month means its first day. */
export function readRateLines(text: string): Read {
  const lines: Line[] = [];
  for (const line of text.split(/\r?\n/).filter((one) => one.trim() !== '')) {
    const [, when = '', amount = ''] = /^(.*\S)[\t;\s]+(\S+)$/.exec(line.trim()) ?? [];
    const [month, day] = [parseMonth(when), parseDay(when)];
    const effectiveDate = day.ok ? day.value : month.ok && month.value ? `${month.value}-01` : null;
    const rate = rateOf(amount);
    if (!effectiveDate || rate === undefined)
      return { lines, problem: `"${line.trim()}": use a day or a month and a rate, such as Apr 2026 83.10` };
    lines.push({ effectiveDate, rate });
  }
  return { lines, problem: lines.length === 0 ? 'Paste a column of months and one of rates' : null };
}

/** A slip of the decimal point: far off the rate before it. */
export const slipIn = (lines: readonly Line[]): Line | undefined =>
  lines.find(({ rate }, index) => {
    const before = lines[index - 1];
    return before && doubtAbout({ amount: rate, known: [{ when: '', amount: before.rate }] }, farOff);
  });
