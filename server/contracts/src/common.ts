import * as z from 'zod/mini';
import { isRealDate } from './written.ts';

/**
 * What the API's document shows of a kind: a request made of such examples is accepted. An override, because zod leaves out
 * examples of what it transforms, such as a body with amounts.
 */
export const example = (value: unknown) => z.meta({ override: { examples: [value] } });

/** A number in an address is text that the document calls a number, so that a program made from it takes numbers. */
const documentedAsInteger = (minimum: number, maximum: number, sample: number) =>
  z.meta({ override: { type: 'integer', pattern: undefined, minimum, maximum, examples: [sample] } });

/** Money travels as a decimal string: a JavaScript number would lose cents. Sums are longer than what may be entered. */
export const money = z.string().check(z.regex(/^-?[0-9]{1,20}(\.[0-9]{1,4})?$/));
z.globalRegistry.add(money, {
  id: 'Money',
  description: 'An exact decimal amount, such as "125000.00"',
  examples: ['125000.00'],
});

/** A real month or line is smaller than this, and a slip of the unit is often larger. The database refuses it, too. */
export const amountLimit = '1000000000000';
export const amountTooLarge = 'Use an amount below 1,000,000,000,000 (1 lakh crore)';
const isBelowLimit = (text: string) => !/\d{13}/.test(text.replace(/^-?0*/, ''));

/** Money as a person enters it. Parsing gives it two decimals, and never "-0.00". */
export const moneyInput = z.pipe(
  z
    .string()
    .check(
      z.regex(/^-?[0-9]{1,20}(\.[0-9]{1,2})?$/, 'Use a decimal string with at most two decimals, such as "125000.00"'),
      z.refine(isBelowLimit, amountTooLarge),
      z.describe(
        'An exact decimal amount in the base currency, such as "125000.00", below 1000000000000 (1 lakh crore). ' +
          'Negative for planned savings and recoveries.',
      ),
      example('125000.00'),
    ),
  z.transform((text: string) => {
    const [, sign = '', whole = '0', cents = ''] = /^(-?)(\d+)\.?(\d*)$/.exec(text) ?? [];
    const amount = `${BigInt(whole)}.${cents.padEnd(2, '0')}`;
    return /[1-9]/.test(amount) ? sign + amount : '0.00';
  }),
);

const largestId = 2_147_483_647;
export const id = z.int().check(z.minimum(1), z.maximum(largestId), example(1));

/** An id in an address: digits only, so that "0x1" or "1e3" name nothing. */
const idText = z.pipe(
  z.string().check(z.regex(/^[1-9][0-9]{0,9}$/, 'Use a number'), documentedAsInteger(1, largestId, 1)),
  z.pipe(
    z.transform((text: string) => Number(text)),
    id,
  ),
);
export const idParams = z.strictObject({ id: idText });
export const twoIdParams = z.strictObject({ id: idText, entryId: idText });

/**
 * Characters that a reader cannot see or takes for others: controls, characters of no width, marks that turn or join text,
 * fillers that look like a blank, tags. No text has them, so that what is read is what is stored. `name_key` in the database
 * folds the same ones.
 */
const unseen = String.raw`\p{Cc}\p{Surrogate}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb`;
/** Free text keeps its lines, and what emoji and Indic scripts are joined by. In a name these would hide a difference. */
const joiners = String.raw`\t\n\r\u200c\u200d\ufe0e\ufe0f`;
const somethingUnseen = 'Contains a character that cannot be seen; type the text instead of pasting it';
const nothingUnseen = z.regex(new RegExp(`^[^${unseen}]*$`, 'u'), somethingUnseen);
const nothingHidden = z.regex(new RegExp(`^(?:[^${unseen}]|[${joiners}])*$`, 'u'), somethingUnseen);

/** Free text: whatever a person writes, line breaks included. */
export const text = (max: number) =>
  z
    .string()
    .check(
      z.trim(),
      z.maxLength(max),
      nothingHidden,
      z.describe(
        'Text without characters that cannot be seen; lines, and joiners within emoji and Indic scripts, may be',
      ),
      example('Agreed with the vendor'),
    );

const allUnseen = new RegExp(`[${unseen}]`, 'gu');
/** Free text that is not empty: characters that cannot be seen do not count. */
export const filledText = (min: number, max: number) =>
  text(max).check(
    z.minLength(min),
    z.refine((value) => value.replace(allUnseen, '').trim().length >= min, 'Write something that can be read'),
  );

/** One line that names something. It has no unseen characters, so two names that look alike are alike. */
export const lineText = (max: number) =>
  text(max).check(
    nothingUnseen,
    z.describe('One line of text, without characters that cannot be seen'),
    example('Cloud hosting'),
  );
export const nameText = (max: number) => lineText(max).check(z.minLength(1));

export const reason = filledText(3, 500);
export const reasonBody = z.strictObject({ reason });

export const date = z
  .string()
  .check(
    z.regex(/^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$/, 'Use a date as YYYY-MM-DD'),
    z.refine(isRealDate, 'This day does not exist'),
    z.describe('A day, as YYYY-MM-DD'),
    example('2025-04-01'),
  );

export const timestamp = z.string();

/** FY26: the fiscal year that ends in 2026. */
export const fiscalYearLabel = z
  .string()
  .check(z.regex(/^FY[0-9]{2}$/, 'Use a fiscal year such as FY26'), example('FY26'));

/** The year to show; the current one when none is named. */
export const yearQuery = z.strictObject({ fy: z.optional(fiscalYearLabel) });

export const version = z.int().check(z.minimum(1), example(1));

export const wholeNumberBetween = (min: number, max: number) =>
  z.pipe(
    z.string().check(z.regex(/^[0-9]{1,9}$/, 'Use a whole number'), documentedAsInteger(min, max, min)),
    z.pipe(
      z.transform((text: string) => Number(text)),
      z.int().check(z.minimum(min), z.maximum(max)),
    ),
  );

/** At least one field of a partial change must be there. */
export const notEmpty = (...ignored: string[]) =>
  z.refine((body) => Object.keys(body as object).some((key) => !ignored.includes(key)), 'Nothing to change');
