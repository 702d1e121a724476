import { type DayOrder, tidyAmount, writtenAmount, writtenDay } from '@opex/contracts/written';
import { type Cell, type DateSystem, dayOfSerial } from './cells.ts';

/** Why a cell is rejected, in words for the person whose workbook it is. */
export const rejections = {
  error: 'The formula of this cell ends in an error',
  formula: 'The file does not hold the result of this formula. Open it in Excel and save it again',
  'not-an-amount': 'This is not an amount',
  'unit-not-allowed': 'Amounts in lakh or crore are read only where that was chosen',
  'too-many-decimals': 'This amount has more decimals than its currency',
  'too-large': 'This amount is too large',
  'not-a-day': 'This is not a date',
  'which-order': 'This date can be read in two ways: say whether the day or the month comes first',
  'no-such-day': 'This day does not exist in the calendar',
  'which-year': 'This date is not between 1900 and 2199',
} as const;
export type Rejection = keyof typeof rejections;

/** `value` is null for a blank cell. */
export type Meaning = { value: string | null } | { rejected: Rejection };
const rejected = (why: Rejection) => ({ rejected: why });
const blank = { value: null };

export const isBlank = (cell: Cell | undefined): cell is undefined =>
  cell === undefined || (cell.kind === 'text' && cell.text.trim() === '');

type AmountOptions = {
  /** Of the currency: the amount comes back with as many. */
  decimals: number;
  /** Whether "12L" and "1.2cr" are amounts. */
  units?: boolean;
};

/** The exact amount, as a decimal text. */
export function amountOf(cell: Cell | undefined, { decimals, units = false }: AmountOptions): Meaning {
  if (isBlank(cell)) return blank;
  switch (cell.kind) {
    case 'number':
      return numberOf(cell.text, decimals);
    case 'text':
      return amountOfText(cell.text, decimals, units);
    case 'error':
    case 'formula':
      return rejected(cell.kind);
    default:
      return rejected('not-an-amount');
  }
}

function numberOf(text: string, decimals: number): Meaning {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d{1,4}))?$/.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') return rejected('not-an-amount');
  return rounded(sign === '-', whole, fraction, { power: Number(power), decimals, isNumber: true });
}

function amountOfText(text: string, decimals: number, units: boolean): Meaning {
  const words = tidyAmount(text);
  const [, inBrackets, before = '', plain, after] = /^(?:\((.*)\)|([-+]?)([^-+()]*)(-?))$/.exec(words) ?? [];
  const written = writtenAmount(inBrackets ?? plain ?? '');
  if ('unclear' in written || (before && after)) return rejected('not-an-amount');
  if (written.power !== null && !units) return rejected('unit-not-allowed');
  const isNegative = inBrackets !== undefined || before === '-' || after === '-';
  const [whole = '', fraction = ''] = written.digits.split('.');
  return rounded(isNegative, whole, fraction, { power: written.power ?? 0, decimals, isNumber: false });
}

const longestWhole = 20;
/** Some doubles were added, each of which is exact to 53 digits of two. */
const doublePrecision = 2n ** 50n;
const ten = (power: number) => 10n ** BigInt(power);

/**
 * Excel keeps numbers in binary: 1499.9999999999998 is 1500 to whoever wrote it. What lies within 1e-9 of the rounded amount is that
 * noise, and so is, of a large number, what its double cannot say exactly. Anything else is more than the currency has.
 */
function rounded(
  isNegative: boolean,
  whole: string,
  fraction: string,
  { power, decimals, isNumber }: { power: number; decimals: number; isNumber: boolean },
): Meaning {
  const digits = (whole + fraction).replace(/^0+/, '');
  if (power === 0 && fraction.length <= decimals && whole.length <= longestWhole) {
    const text = `${whole.replace(/^0+(?=.)/, '') || '0'}${decimals > 0 ? '.' : ''}${fraction.padEnd(decimals, '0')}`;
    return { value: isNegative && digits !== '' ? `-${text}` : text };
  }
  const scale = fraction.length - power;
  const wholeDigits = digits.length - scale;
  if (digits !== '' && wholeDigits > longestWhole) return rejected('too-large');
  // What is this small is noise around nothing; a power of ten of its size is never computed.
  if (digits === '' || wholeDigits < -longestWhole) return { value: decimalText(false, 0n, decimals) };
  const exact = BigInt(digits);
  const excess = scale - decimals;
  if (excess <= 0) return { value: decimalText(isNegative, exact * ten(-excess), decimals) };
  const units = (exact + ten(excess) / 2n) / ten(excess);
  const noise = exact > units * ten(excess) ? exact - units * ten(excess) : units * ten(excess) - exact;
  const isNoise = noise * ten(9) <= ten(scale) || (isNumber && noise * doublePrecision <= exact);
  return isNoise ? { value: decimalText(isNegative, units, decimals) } : rejected('too-many-decimals');
}

function decimalText(isNegative: boolean, units: bigint, decimals: number): string {
  const digits = units.toString().padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return isNegative && units > 0n ? `-${text}` : text;
}

type DayOptions = {
  /** The system of the workbook, for serial numbers that are not formatted as dates. */
  system: DateSystem;
  order?: DayOrder | undefined;
};

const whyNot = { form: 'not-a-day', order: 'which-order', calendar: 'no-such-day', year: 'which-year' } as const;

/** The day as YYYY-MM-DD. */
export function dayOf(cell: Cell | undefined, { system, order }: DayOptions): Meaning {
  if (isBlank(cell)) return blank;
  switch (cell.kind) {
    case 'date':
      return inYears(cell.date);
    case 'number': {
      const day = dayOfSerial(Number(cell.text), system);
      return day ? inYears(day) : rejected('not-a-day');
    }
    case 'text': {
      // What follows a day in ISO form is a time, which no field here has.
      const written = writtenDay(cell.text.trim().replace(/^(\d{4}-\d\d-\d\d)[T ][\d:.]+Z?$/, '$1'), order);
      return 'day' in written ? { value: written.day } : rejected(whyNot[written.unclear]);
    }
    case 'error':
    case 'formula':
      return rejected(cell.kind);
    default:
      return rejected('not-a-day');
  }
}

const inYears = (day: string): Meaning => (/^(19|20|21)/.test(day) ? { value: day } : rejected('which-year'));
