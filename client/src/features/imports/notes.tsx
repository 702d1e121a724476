import type { ImportRecord } from '@opex/contracts/imports';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router-dom';
import { wordsOf } from '../../components/states.tsx';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { useSharedSearch } from '../../lib/use-search-state.ts';
import { columnNames } from './imports.words.ts';
import type { Steps } from './use-steps.ts';

type Props = { record: ImportRecord; steps: Steps };
const look = { icon: false, variant: 'outlined' } as const;

/** What has to be known before anything else is looked at. */
export function Notes({ record, steps }: Props) {
  const { state, problem, sameAs, columns } = record;
  const unknown = columns.filter(({ use }) => use === 'unknown');
  const leaveOut = () => steps.choose({ columns: Object.fromEntries(unknown.map(({ column }) => [column, null])) });
  return (
    <>
      {steps.error && (
        <Alert severity="error" role="alert" {...look}>
          {wordsOf(steps.error)}
        </Alert>
      )}
      {problem && (
        <Alert severity={state === 'failed' ? 'error' : 'warning'} {...look}>
          {problem}
        </Alert>
      )}
      {sameAs && state !== 'cancelled' && <SameFile sameAs={sameAs} />}
      {state === 'checked' && unknown.length > 0 && (
        <Alert
          severity="warning"
          {...look}
          action={
            <Button disabled={steps.isBusy} onClick={leaveOut}>
              {unknown.length === 1 ? 'Leave it out' : 'Leave them out'}
            </Button>
          }
        >
          Nothing of {columnNames(unknown)} is loaded, because it is not understood. Say below, under &quot;How it was
          read&quot;, what it is, or leave it out. It can be applied then.
        </Alert>
      )}
    </>
  );
}

function SameFile({ sameAs: { id, name, creator, createdAt } }: { sameAs: NonNullable<ImportRecord['sameAs']> }) {
  const search = useSharedSearch();
  return (
    <Alert severity="warning" {...look}>
      The very same file was applied before:{' '}
      <Link component={RouterLink} to={{ pathname: `/imports/${id}`, search }} underline="always">
        {name}
      </Link>
      , sent by {creator}, {formatDateTime(createdAt)}.
    </Alert>
  );
}
