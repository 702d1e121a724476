import { useMutation, useQueryClient } from '@tanstack/react-query';
import { me } from './session.ts';

/** A change on the server. Whatever is on screen is then read again, also after a refusal: it may tell of a newer state. */
export function useWrite<Input, Output>(
  write: (input: Input) => Promise<Output>,
  onDone?: (output: Output, input: Input) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: (output, input) => onDone?.(output, input),
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== me.queryKey[0] }),
  });
}
