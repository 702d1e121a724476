import type { KeyVersionBody } from '@opex/contracts/allocation-keys';
import { Decimal } from 'decimal.js';

/** Values by entity as they are typed; an empty one takes no share. */
export type DriverValues = Record<number, string>;

const tidy = (text: string) => text.replace(/[\s,]/g, '');
const plain = /^\d{1,12}(\.\d{1,8})?$/;
/** Commas stand before three digits at the end, and before two or three elsewhere: "12,5" is no 125. */
const grouped = /^\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?$/;

const isNumber = (text: string) => plain.test(tidy(text)) && (!text.includes(',') || grouped.test(text.trim()));
export const isDriverValue = (text: string) => text.trim() === '' || isNumber(text);
const numberOf = (text: string | undefined) => new Decimal(text && isNumber(text) ? tidy(text) : 0);

export const totalOf = (values: DriverValues): Decimal =>
  Object.values(values).reduce((total, text) => total.add(numberOf(text)), new Decimal(0));

/** Rounded, for display; the server computes the exact share. */
export function percentOf(text: string | undefined, total: Decimal): string {
  if (!text?.trim() || total.isZero()) return '';
  return `${numberOf(text).mul(100).div(total).toFixed(2)} %`;
}

/** The contract checks each value. Only this page checks that a key shares anything at all. */
export const missingIn = (values: DriverValues) =>
  totalOf(values).isZero() ? 'Values: give at least one above zero' : null;

/** What travels of the values, which hold from a month on: "2026-04". */
export const versionBodyOf = ({ validFrom, drivers }: { validFrom: string; drivers: DriverValues }) => ({
  validFrom: validFrom ? `${validFrom}-01` : undefined,
  drivers: driversOf(drivers),
});

/** What stands in the fields of a version. */
export const typedOf = ({ validFrom, drivers }: KeyVersionBody): { validFrom: string; drivers: DriverValues } => ({
  validFrom: validFrom.slice(0, 7),
  drivers: Object.fromEntries(drivers.map(({ entityId, value }) => [entityId, value])),
});

/** Text that is no number is sent as it was typed, so that the contract refuses it. */
export const driversOf = (values: DriverValues) =>
  Object.entries(values)
    .filter(([, text]) => text.trim() !== '')
    .map(([entityId, text]) => ({ entityId: Number(entityId), value: isNumber(text) ? tidy(text) : text }));

type Named = { id: number; name: string };
export type Pasted = { values: DriverValues; problem: string | null };

/** A column of values goes down from one entity on; two columns, names and values, go wherever the names are. */
export function pasteValues(text: string, entities: readonly Named[], first: number): Pasted {
  const lines = text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => line.split('\t'));
  const byName = lines.every((cells) => cells.length > 1);
  const values: DriverValues = {};
  for (const [index, cells] of lines.entries()) {
    const value = (byName ? cells.at(-1) : cells[0])?.trim() ?? '';
    const name = cells[0]?.trim() ?? '';
    const entity = byName
      ? entities.find((one) => one.name.toLowerCase() === name.toLowerCase())
      : entities[first + index];
    if (!entity && !byName)
      return { values: {}, problem: `There are more values than entities: ${lines.length} from here on` };
    if (!entity) return { values: {}, problem: `There is no entity called "${name}"` };
    if (!isDriverValue(value))
      return { values: {}, problem: `"${value}" for ${entity.name} is not a number that is zero or more` };
    values[entity.id] = value;
  }
  return { values, problem: null };
}
