import { authEndpoints, type Session } from '@opex/contracts/auth';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { callApi } from '../../lib/api.ts';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { useWrite } from '../../lib/use-write.ts';
import { sessions } from './account.queries.ts';
import { browserWords } from './browser-words.ts';

export function Sessions() {
  const { data, error, refetch } = useQuery(sessions);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LinesSkeleton lines={3} />;
  return (
    <>
      <PlainTable<Session>
        label="Your sessions"
        rows={data.data}
        keyOf={({ id }) => id}
        columns={[
          { label: 'Browser', cell: ({ userAgent }) => browserWords(userAgent) },
          { label: 'Address', cell: ({ address }) => address },
          { label: 'Since', cell: ({ createdAt }) => formatDateTime(createdAt) },
          { label: 'Last used', cell: ({ lastSeenAt }) => formatDateTime(lastSeenAt) },
          { label: 'End', cell: (session) => (session.current ? 'This one' : <EndButton session={session} />) },
        ]}
      />
      {data.data.length > 1 && <EndOthers />}
    </>
  );
}

function EndButton({ session: { id, userAgent } }: { session: Session }) {
  const write = useWrite(() => callApi(authEndpoints.endSession, { params: { id } }));
  return (
    <Button
      onClick={() => write.mutate()}
      disabled={write.isPending}
      aria-label={`End session of ${browserWords(userAgent)}`}
    >
      End
    </Button>
  );
}

function EndOthers() {
  const [isAsking, setAsking] = useState(false);
  const write = useWrite(
    () => callApi(authEndpoints.endOtherSessions),
    () => setAsking(false),
  );
  return (
    <>
      <Button variant="outlined" onClick={() => setAsking(true)} sx={{ alignSelf: 'flex-start' }}>
        Sign out everywhere else
      </Button>
      {isAsking && (
        <ConfirmDialog
          title="Sign out everywhere else"
          confirmLabel="Sign out"
          isBusy={write.isPending}
          error={write.error}
          onConfirm={() => write.mutate()}
          onCancel={() => setAsking(false)}
        >
          Only this browser stays signed in. API keys are not affected.
        </ConfirmDialog>
      )}
    </>
  );
}
