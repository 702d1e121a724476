import type { FieldErrors, FieldValues, Resolver } from 'react-hook-form';
import * as z from 'zod/mini';

type Issue = { path: PropertyKey[]; message: string } & Partial<
  Pick<z.core.$ZodIssueTooSmall, 'minimum'> & Pick<z.core.$ZodIssueTooBig, 'maximum'>
> & { code?: string; origin?: string };

/** What a contract says of a body in words. zod/mini has none of its own; those of the contract pass through. */
export function issuesOf(schema: z.ZodMiniType, body: unknown): { field: string; message: string }[] {
  const { error } = schema.safeParse(body);
  return (error?.issues ?? []).map((issue) => ({
    field: String(issue.path[0] ?? ''),
    message: wordsOf(issue as Issue),
  }));
}

function wordsOf({ code, origin, minimum, maximum, message }: Issue): string {
  const unit = origin === 'string' ? ' characters' : '';
  if (message !== 'Invalid input') return message;
  if (code === 'too_small' && origin === 'array') return 'Choose at least one';
  if (code === 'too_small' && minimum === 1 && origin === 'string') return 'Fill this in';
  if (code === 'too_small') return `Use at least ${minimum}${unit}`;
  if (code === 'too_big') return `Use at most ${maximum}${unit}`;
  return 'Fill this in';
}

/** Checks a form with the contract of its request. The form hands on what the contract made of it. */
export const resolverOf =
  <Draft extends FieldValues, Body>(
    schema: z.ZodMiniType<Body>,
    bodyOf: (draft: Draft) => unknown,
  ): Resolver<Draft, unknown, Body> =>
  (draft) => {
    const parsed = schema.safeParse(bodyOf(draft));
    if (parsed.success) return { values: parsed.data as Body & FieldValues, errors: {} };
    const errors: Record<string, { type: string; message: string }> = {};
    for (const { field, message } of issuesOf(schema, bodyOf(draft))) errors[field] ??= { type: 'contract', message };
    return { values: {}, errors: errors as FieldErrors<Draft> };
  };

type Checked = { checks?: { _zod: { def: { check: string; maximum?: number; value?: number } } }[] };

/** The most that the contract takes: characters of a text, or the largest number. */
export function mostOf(schema: z.ZodMiniType): number | undefined {
  const inner = schema instanceof z.ZodMiniOptional ? (schema._zod.def.innerType as z.ZodMiniType) : schema;
  const checks = (inner._zod.def as Checked).checks ?? [];
  const limits = checks.map(({ _zod: { def } }) =>
    def.check === 'max_length' ? def.maximum : def.check === 'less_than' ? def.value : undefined,
  );
  return limits.find((limit) => limit !== undefined);
}
