import { authEndpoints, changePasswordBody, type SignedIn } from '@opex/contracts/auth';
import { useMutation } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { FormField } from '../components/form/form-field.tsx';
import { useContractForm } from '../components/form/use-contract-form.ts';
import { callApi } from '../lib/api.ts';

/** The new password is typed twice, and sent once. */
const typedTwice = z
  .extend(changePasswordBody, { again: z.string() })
  .check(z.refine(({ next, again }) => next === again, { path: ['again'], error: 'The two new passwords differ' }));
type TypedTwice = z.infer<typeof typedTwice>;

const nothing = { current: '', next: '', again: '', revokeKeys: false };

/** Changes the password of the person who is signed in. What is typed is kept nowhere, unlike that of a dialog. */
export function useNewPassword(currentTitle: string, onChanged: (signedIn: SignedIn, revokeKeys: boolean) => void) {
  const change = useMutation({
    mutationFn: ({ again: _, ...body }: TypedTwice) => callApi(authEndpoints.changePassword, { body }),
    onSuccess: (signedIn, { revokeKeys = false }) => {
      form.reset();
      onChanged(signedIn, revokeKeys);
    },
  });
  const form = useContractForm({
    initial: nothing,
    titles: { current: currentTitle, next: 'New password', again: 'New password again' },
    schema: typedTwice,
    error: change.error,
  });
  const submit = () => {
    if (!change.isPending) form.submit((typed) => change.mutate(typed));
  };
  return { form, submit, isBusy: change.isPending };
}

type Props = Pick<ReturnType<typeof useNewPassword>, 'form'> & { size?: 'small' | 'medium'; autoFocus?: boolean };

export function NewPasswordFields({ form, size = 'small', autoFocus = false }: Props) {
  const password = { form, size, type: 'password' } as const;
  return (
    <>
      <FormField {...password} name="current" autoComplete="current-password" autoFocus={autoFocus} />
      <FormField {...password} name="next" autoComplete="new-password" />
      <FormField {...password} name="again" autoComplete="new-password" />
    </>
  );
}
