import { importEndpoints } from '@opex/contracts/imports';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { DialogShell } from '../../components/dialog-shell.tsx';
import { callApi } from '../../lib/api.ts';
import { newIdempotencyKey } from '../../lib/idempotency-key.ts';
import { useSharedSearch } from '../../lib/use-search-state.ts';
import { useWrite } from '../../lib/use-write.ts';
import { sizeWords } from './imports.words.ts';

type Sending = { file: File; idempotencyKey: string; abort: AbortController };
const longestName = 200;

/** Sends a file and opens what becomes of it. `offer` asks before; `dialog` has to be shown. */
export function useSendFile() {
  const [sending, setSending] = useState<Sending | null>(null);
  const navigate = useNavigate();
  const search = useSharedSearch();
  const write = useWrite(
    ({ file, idempotencyKey, abort: { signal } }: Sending) =>
      callApi(importEndpoints.upload, { query: { name: file.name.slice(-longestName) }, file, idempotencyKey, signal }),
    ({ id }) => {
      setSending(null);
      void navigate({ pathname: `/imports/${id}`, search });
    },
  );
  function offer(file: File): Sending {
    const next = { file, idempotencyKey: newIdempotencyKey(), abort: new AbortController() };
    write.reset();
    setSending(next);
    return next;
  }
  function giveUp() {
    sending?.abort.abort();
    setSending(null);
  }
  const dialog = sending && (
    <DialogShell
      title={write.isPending ? `Sending ${sending.file.name}` : `Load ${sending.file.name}?`}
      isQuestion
      error={write.error}
      onClose={giveUp}
      actions={
        <>
          <Button onClick={giveUp}>Cancel</Button>
          <Button variant="contained" disabled={write.isPending} onClick={() => write.mutate(sending)} autoFocus>
            {write.error ? 'Send it again' : 'Read it'}
          </Button>
        </>
      }
    >
      <Typography>
        {sizeWords(sending.file.size)}. It is read and checked first. Nothing changes before you apply it.
      </Typography>
      {write.isPending && <LinearProgress aria-label={`Sending ${sending.file.name}`} sx={{ marginBlockStart: 3 }} />}
    </DialogShell>
  );
  return { offer, send: (file: File) => write.mutate(offer(file)), dialog };
}
