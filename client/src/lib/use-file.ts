import { useMutation } from '@tanstack/react-query';
import type { takeFile } from './api.ts';
import { notify } from './notices.ts';
import { saveFile } from './save-file.ts';

/** Takes a file from the server and hands it to the browser; a refusal is said above the page. */
export const useFile = <Input = void>(take: (input: Input) => ReturnType<typeof takeFile>) =>
  useMutation({
    mutationFn: take,
    onSuccess: saveFile,
    onError: ({ message }) => notify(message, { tone: 'error' }),
  });
