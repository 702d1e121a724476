import { useEffect, useEffectEvent } from 'react';
import { useForm, useWatch, type DefaultValues, type FieldValues, type Path } from 'react-hook-form';
import type * as z from 'zod/mini';
import { ApiError } from '../../lib/api.ts';
import { issuesOf, resolverOf } from './contract.ts';

export type FormOptions<Draft, Body> = {
  initial: Draft;
  /** The fields that show what is wrong with them. They have the names that they have in the request. */
  titles: Partial<Record<keyof Draft & string, string>>;
  schema: z.ZodMiniType<Body>;
  /** Makes the request from the fields, when it is not the same as they are. */
  bodyOf?: (draft: Draft) => unknown;
  /** Why the request failed, if it did. */
  error: unknown;
};

/** The fields of a form: the contract of the request checks them, and what the server says of a field stands at the field. */
export function useContractForm<Draft extends FieldValues, Body>(options: FormOptions<Draft, Body>) {
  const { initial, titles, schema, bodyOf = (draft) => draft, error } = options;
  const form = useForm<Draft, unknown, Body>({
    defaultValues: initial as DefaultValues<Draft>,
    resolver: resolverOf(schema, bodyOf),
    mode: 'onTouched',
  });
  const draft = useWatch({ control: form.control }) as Draft;

  const refused = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  const placed = refused.flatMap(({ pointer, message }) => {
    const name = pointer.split('/')[1] ?? '';
    return name in titles ? [{ name: name as Path<Draft>, message }] : [];
  });
  const show = useEffectEvent(() => {
    for (const { name, message } of placed.toReversed())
      form.setError(name, { type: 'server', message }, { shouldFocus: true });
  });
  useEffect(() => show(), [error]);

  const issues = issuesOf(schema, bodyOf(draft));
  const [wrong] = issues;
  const title = wrong && titles[wrong.field as keyof Draft & string];
  return {
    control: form.control,
    titles,
    schema,
    draft,
    /** What the contract has against a field as all of them are now: what is typed in one may settle what was wrong with another. */
    issueOf: (name: string) => issues.find(({ field }) => field === name)?.message,
    /** Why it cannot be sent. */
    missing: wrong ? (title ? `${title}: ${lowered(wrong.message)}` : wrong.message) : null,
    /** Why the request failed, unless its fields show it. */
    error: placed.length > 0 && placed.length === refused.length ? null : error,
    change: <Name extends Path<Draft>>(name: Name, value: Draft[Name]) =>
      form.setValue(name, value, { shouldValidate: true }),
    setFocus: form.setFocus,
    reset: () => form.reset(),
    /** `send` gets the request once the contract has nothing against it. */
    submit: (send: (body: Body) => void) => void form.handleSubmit(send)(),
    subscribe: form.subscribe,
  };
}

const lowered = (words: string) => words.charAt(0).toLowerCase() + words.slice(1);

export type ContractForm<Draft extends FieldValues, Body> = ReturnType<typeof useContractForm<Draft, Body>>;
