import type { Service, ServiceMonths } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ReasonDialog } from '../../domain/changes/reason-dialog.tsx';
import { ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { choiceWord } from '../../domain/words/field-words.ts';
import { minus } from '../../domain/amounts/money.ts';
import { notify } from '../../lib/notices.ts';
import { useMay } from '../../lib/session.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { useGuardedWrite } from '../../domain/conflict/use-guarded-write.tsx';
import { MonthsTable } from './months-table.tsx';
import { changeService, isChangeable, serviceMonths } from './service.queries.ts';
import { bodyOf, monthDifferences, useMonthsDraft, withoutMonths, type MonthsDraft } from './use-months-draft.ts';
import { counted } from '../../domain/words/counted.ts';

type Sent = Omit<MonthsDraft, 'seen'> & { reason: string };

export function MonthsTab({ service, fy }: { service: Service; fy: string | undefined }) {
  const { data, error, refetch } = useQuery(serviceMonths(service.id, fy));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LinesSkeleton lines={13} />;
  return <MonthsEditor key={data.fy} service={service} saved={data} />;
}

function MonthsEditor({ service, saved }: { service: Service; saved: ServiceMonths }) {
  const may = useMay();
  const isEditable = saved.editable && isChangeable(service) && may('budgets.edit');
  const edit = useMonthsDraft(`${service.id} ${saved.fy}`, saved);
  const { draft, discard, forget } = edit;
  const client = useQueryClient();
  const { exact } = useFormat();
  const write = useGuardedWrite<ServiceMonths, Sent, unknown>(
    {
      send: ({ reason, ...changes }, { fy, version }) =>
        changeService({ seen: { id: service.id, version }, fy, body: { ...bodyOf(changes), reason } }),
      load: ({ fy }) => client.query({ ...serviceMonths(service.id, fy), staleTime: 0 }),
      differences: ({ mine, seen, now }) => monthDifferences({ ...mine, seen }, now, exact),
      without: withoutMonths,
      serviceIds: [service.id],
    },
    (changed, sent) => {
      forget(sent);
      if (changed) notify(`Budget of ${service.uid} saved`);
    },
  );
  const cancel = () => {
    write.reset();
    discard();
  };

  return (
    <Stack spacing={3}>
      <Typography color="textSecondary">
        {isEditable ? howTo(service) : whyNot(service, saved, may('budgets.edit'))}
      </Typography>
      <MonthsTable saved={saved} edit={edit} isEditable={isEditable} />
      {draft && (
        <SaveBar
          draft={draft}
          change={minus(edit.year, edit.savedYear)}
          isBusy={write.isPending}
          error={write.error}
          onSave={(reason) => {
            const { seen, ...mine } = draft;
            write.mutate({ seen, mine: { ...mine, reason } });
          }}
          onDiscard={cancel}
        />
      )}
      {write.conflict}
    </Stack>
  );
}

const howTo = ({ phasing }: Service) =>
  `Type to edit, a planned saving as a negative amount; paste a row or a column of months from Excel. A new year total is spread over the open months of the contract: ${choiceWord(phasing).toLowerCase()}.`;

function whyNot({ editable, status }: Service, { plan, fy }: ServiceMonths, mayEdit: boolean): string {
  if (!mayEdit) return 'Your role reads budgets and does not change them.';
  if (!editable)
    return 'You see the share of your entities. Only somebody who sees the whole service can change its months.';
  if (status === 'Retired') return 'The service is retired; reinstate it to change its months.';
  if (!plan) return `${fy} has no plan to budget in.`;
  return `The plan ${plan.name} is ${plan.state.toLowerCase()}, so its months cannot be changed.`;
}

type SaveProps = {
  draft: MonthsDraft;
  /** The difference that the draft makes to the year. */
  change: string;
  isBusy: boolean;
  error: unknown;
  onSave: (reason: string) => void;
  onDiscard: () => void;
};

function SaveBar({ draft, change, isBusy, error, onSave, onDiscard }: SaveProps) {
  const format = useFormat();
  const [isAsking, setAsking] = useState(false);
  const count = Object.keys(draft.months).length;
  const what = draft.year !== undefined ? 'Year total changed' : `${counted(count, 'month')} changed`;
  const sign = change.startsWith('-') ? '' : '+';
  return (
    <Box sx={saveBar}>
      <Typography role="status">
        {what}; the year changes by {sign}
        {format.exact(change)}
      </Typography>
      <Button onClick={onDiscard}>Discard</Button>
      <Button variant="contained" onClick={() => setAsking(true)} disabled={isBusy}>
        Save
      </Button>
      {isAsking && (
        <ReasonDialog
          title="Save the budget"
          isBusy={isBusy}
          error={error}
          onConfirm={onSave}
          onCancel={() => setAsking(false)}
        >
          {what}; the year changes by {sign}
          {format.exact(change)}.
        </ReasonDialog>
      )}
    </Box>
  );
}

const saveBar = {
  position: 'sticky',
  bottom: 0,
  display: 'flex',
  alignItems: 'center',
  justifyContent: 'flex-end',
  gap: 2,
  paddingBlock: 2,
  bgcolor: 'background.default',
  borderTop: 1,
  borderColor: 'divider',
} as const;
