import { serviceEndpoints, type Service } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { EmptyState, ErrorState, LinesSkeleton, wordsOf } from '../../components/states.tsx';
import { callApi } from '../../lib/api.ts';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { newIdempotencyKey } from '../../lib/idempotency-key.ts';
import { useMay } from '../../lib/session.ts';
import { useKept } from '../../lib/use-kept.ts';
import { useWrite } from '../../lib/use-write.ts';
import { MoreButton } from './more-button.tsx';
import { serviceRemarks } from './service.queries.ts';

export function RemarksTab({ service: { id } }: { service: Service }) {
  const may = useMay();
  const query = useInfiniteQuery(serviceRemarks(id));
  const { data, error, refetch } = query;
  const remarks = data?.pages.flatMap((page) => page.data);
  return (
    <Stack spacing={4} sx={{ maxWidth: 720 }}>
      {may('remarks.add') && <NewRemark id={id} />}
      {error && !remarks ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !remarks ? (
        <LinesSkeleton />
      ) : remarks.length === 0 ? (
        <EmptyState title="No remarks yet" hint="A remark is dated and signed, and is never overwritten." />
      ) : (
        <Box component="ol" aria-label="Remarks, newest first" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {remarks.map((remark) => (
            <Box component="li" key={remark.id} sx={{ paddingBlock: 2 }}>
              <Typography variant="caption" color="textSecondary" component="div">
                {remark.author}, {formatDateTime(remark.at)}
              </Typography>
              <Typography sx={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{remark.text}</Typography>
            </Box>
          ))}
        </Box>
      )}
      <MoreButton query={query} />
    </Stack>
  );
}

function NewRemark({ id }: { id: number }) {
  const [text = '', changeText] = useKept<string>(`remark ${id}`);
  const [idempotencyKey, setKey] = useState(newIdempotencyKey);
  const write = useWrite(
    (remark: string) => callApi(serviceEndpoints.addRemark, { params: { id }, body: { text: remark }, idempotencyKey }),
    (_, sent) => {
      changeText((now) => (now?.trim() === sent ? undefined : now));
      setKey(newIdempotencyKey());
    },
  );
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (text.trim() && !write.isPending) write.mutate(text.trim());
  }
  return (
    <form onSubmit={submit}>
      <Stack spacing={2} sx={{ alignItems: 'flex-start' }}>
        <TextField
          label="New remark"
          value={text}
          onChange={({ target }) => {
            changeText(() => target.value || undefined);
            if (write.isError) setKey(newIdempotencyKey()); // other words are another remark
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
          }}
          multiline
          minRows={2}
          maxRows={10}
          fullWidth
          slotProps={{ htmlInput: { maxLength: 4000 } }}
          error={write.isError}
          helperText={write.isError ? wordsOf(write.error) : 'Ctrl+Enter adds it'}
        />
        <Button type="submit" variant="contained" disabled={!text.trim() || write.isPending}>
          Add remark
        </Button>
      </Stack>
    </form>
  );
}
