import { useEffect, useEffectEvent } from 'react';
import { useForm, type DefaultValues, type FieldValues, type Path } from 'react-hook-form';
import type * as z from 'zod/mini';
import { ApiError } from '../../lib/api.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { issuesOf, resolverOf } from './contract.ts';

type Options<Draft, Body> = {
  /** Where what is typed is kept, as for `useDialog`. */
  place: string;
  initial: Draft;
  /** The fields that show what is wrong with them. They have the names that they have in the request. */
  titles: Partial<Record<keyof Draft & string, string>>;
  schema: z.ZodMiniType<Body>;
  /** The request that the fields make, where it differs from them. */
  bodyOf?: (draft: Draft) => unknown;
  /** Of the request, when it failed. */
  error: unknown;
};

/** The fields of a dialog: the contract of the request checks them, and what is typed outlives the page. */
export function useDialogForm<Draft extends FieldValues, Body>(options: Options<Draft, Body>) {
  const { place, initial, titles, schema, bodyOf = (draft) => draft, error } = options;
  const { draft, set, isChanged, forget } = useDraft<Draft>(place, initial);
  const form = useForm<Draft, unknown, Body>({
    defaultValues: draft as DefaultValues<Draft>,
    resolver: resolverOf(schema, bodyOf),
    mode: 'onTouched',
  });

  const keep = useEffectEvent((values: Draft) => set(values));
  useEffect(() => form.subscribe({ formState: { values: true }, callback: ({ values }) => keep(values) }), [form]);

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

  const [wrong] = issuesOf(schema, bodyOf(draft));
  const title = wrong && titles[wrong.field];
  return {
    control: form.control,
    titles,
    schema,
    draft,
    /** Puts away what is typed. `useDialog` does so where it opens the dialog. */
    forget,
    change: <Name extends Path<Draft>>(name: Name, value: Draft[Name]) =>
      form.setValue(name, value, { shouldValidate: true }),
    /** What its `FormDialog` is told; `send` gets the request once the contract has nothing against it. */
    dialog: (send: (body: Body) => void) => ({
      isChanged,
      /** Why it cannot be saved. */
      missing: wrong ? (title ? `${title}: ${lowered(wrong.message)}` : wrong.message) : null,
      /** Of the request, when no field shows it. */
      error: placed.length > 0 && placed.length === refused.length ? null : error,
      onConfirm: () => void form.handleSubmit(send)(),
    }),
  };
}

const lowered = (words: string) => words.charAt(0).toLowerCase() + words.slice(1);

export type DialogForm<Draft extends FieldValues, Body> = ReturnType<typeof useDialogForm<Draft, Body>>;
