import { apiKeyEndpoints, type ApiKey, type NewApiKey } from '@opex/contracts/api-keys';
import { permissionWords } from '@opex/contracts/permissions';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { callApi } from '../../lib/api.ts';
import { formatDateTime, whenOrNever } from '../../domain/amounts/format.ts';
import { useDialog } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';
import { apiKeys } from './account.queries.ts';
import { ApiKeyDialog, apiKeyPlace } from './api-key-dialog.tsx';

export function ApiKeys() {
  const { task: isAdding, open, close } = useDialog<true>(apiKeyPlace);
  const [made, setMade] = useState<NewApiKey | null>(null);
  const { data, error, refetch } = useQuery(apiKeys);
  return (
    <>
      <Typography color="textSecondary">
        A program signs in with a key. It acts as you, with the permissions you choose; users and keys are kept by
        people only.
      </Typography>
      {made && <ShownOnce label={`The key "${made.name}"`} secret={made.key} onDone={() => setMade(null)} />}
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <LinesSkeleton lines={2} />
      ) : (
        data.data.length > 0 && <KeyTable keys={data.data} />
      )}
      <Button variant="outlined" onClick={() => open(true)} sx={{ alignSelf: 'flex-start' }}>
        Make a key
      </Button>
      {isAdding && (
        <ApiKeyDialog
          onMade={(key) => {
            setMade(key);
            close();
          }}
          onClose={close}
        />
      )}
    </>
  );
}

function KeyTable({ keys }: { keys: ApiKey[] }) {
  return (
    <PlainTable
      label="Your API keys"
      rows={keys}
      keyOf={({ id }) => id}
      columns={[
        { label: 'Name', cell: ({ name }) => name },
        { label: 'Begins with', cell: ({ prefix }) => <code>{prefix}</code> },
        { label: 'May', isText: true, cell: ({ permissions }) => permissions.map(permissionWords).join(', ') },
        { label: 'Last used', cell: ({ lastUsedAt }) => whenOrNever(lastUsedAt) },
        { label: 'Until', cell: ({ expiresAt }) => formatDateTime(expiresAt) },
        { label: 'State', cell: (key) => <State apiKey={key} /> },
      ]}
    />
  );
}

function State({ apiKey: { id, name, revokedAt, expiresAt } }: { apiKey: ApiKey }) {
  const [isAsking, setAsking] = useState(false);
  const write = useWrite(
    () => callApi(apiKeyEndpoints.revoke, { params: { id } }),
    () => setAsking(false),
  );
  if (revokedAt) return 'Revoked';
  if (new Date(expiresAt) < new Date()) return 'Expired';
  return (
    <>
      <Button onClick={() => setAsking(true)} aria-label={`Revoke ${name}`}>
        Revoke
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={`Revoke ${name}`}
          confirmLabel="Revoke"
          isBusy={write.isPending}
          error={write.error}
          onConfirm={() => write.mutate()}
          onCancel={() => setAsking(false)}
        >
          Programs that use it are refused from now on.
        </ConfirmDialog>
      )}
    </>
  );
}
