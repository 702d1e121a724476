import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { me } from './session.ts';

/**
 * A change on the server. Whatever is on screen is then read again, also after a refusal: it may tell of a newer state.
 * While one is being made another is not begun: a button may be pressed again before it is seen to be disabled.
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
