import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { me } from './session.ts';

/**
 * A change on the server. Everything on screen is read again afterwards, even after a refusal, which may come from a newer state.
 * A second press while the first is being sent does nothing, because a button is not disabled at once.
 */
export function useWrite<Input, Output>(
  write: (input: Input) => Promise<Output>,
  onDone?: (output: Output, input: Input) => void,
) {
  const client = useQueryClient();
  const mutationKey = [useId()];
  const mutation = useMutation({
    mutationKey,
    mutationFn: write,
    onSuccess: (output, input) => onDone?.(output, input),
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== me.queryKey[0] }),
  });
  const mutate: typeof mutation.mutate = (...input) => {
    if (client.isMutating({ mutationKey }) === 0) mutation.mutate(...input);
  };
  return { ...mutation, mutate };
}
