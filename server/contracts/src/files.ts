import * as z from 'zod/mini';

/** Lists that are taken away whole, as a file. */

export const fileFormats = ['xlsx', 'csv'] as const;
export type FileFormat = (typeof fileFormats)[number];
/** So that a browser keeps it, whichever format it has. */
export const fileMediaType = 'application/octet-stream';

/** As what, and which of the columns in which order; all of them, if none are named. */
export function fileQuery(columns: readonly string[]) {
  const words = `Any of, once each: ${columns.join(', ')}`;
  const areKnown = (names: string[]) =>
    new Set(names).size === names.length && names.every((name) => columns.includes(name));
  return {
    format: z._default(z.enum(fileFormats), 'xlsx'),
    columns: z.optional(
      z.string().check(
        z.maxLength(2000),
        z.refine((text) => areKnown(text.split(',')), words),
        z.meta({ description: words, examples: [columns.slice(0, 2).join(',')] }),
      ),
    ),
  };
}
