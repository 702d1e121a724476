import { useEffect, useEffectEvent } from 'react';
import type { FieldValues } from 'react-hook-form';
import { useDraft } from '../../lib/use-draft.ts';
import { useContractForm, type FormOptions } from './use-contract-form.ts';

type Options<Draft, Body> = FormOptions<Draft, Body> & {
  /** Where what is typed is kept, as for `useDialog`. */
  place: string;
};

/** The fields of a dialog. What is typed outlives the page, so a password has no place here. */
export function useDialogForm<Draft extends FieldValues, Body>({ place, ...options }: Options<Draft, Body>) {
  const { draft, set, isChanged, forget } = useDraft<Draft>(place, options.initial);
  const form = useContractForm({ ...options, initial: draft });
  const { subscribe, missing, error, submit } = form;

  const keep = useEffectEvent((values: Draft) => set(values));
  useEffect(() => subscribe({ formState: { values: true }, callback: ({ values }) => keep(values) }), [subscribe]);

  return {
    ...form,
    /** Puts away what is typed. `useDialog` does so where it opens the dialog. */
    forget,
    /** What its `FormDialog` is told. */
    dialog: (send: (body: Body) => void) => ({ isChanged, missing, error, onConfirm: () => submit(send) }),
  };
}
