import type { Service } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Typography from '@mui/material/Typography';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { wordsOf } from '../../components/states.tsx';
import { AssignedFrom } from '../../domain/assigned-from.tsx';
import { ReasonDialog } from '../../domain/changes/reason-dialog.tsx';
import { useGuardedWrite } from '../../domain/conflict/use-guarded-write.tsx';
import { labelOf } from '../../domain/words/field-words.ts';
import { FieldEditor } from './field-editor.tsx';
import { shownValue, valueOf, type FieldValue, type ServiceField } from './service-fields.ts';
import { changeService, service as serviceQuery } from './service.queries.ts';

type Props = { service: Service; field: ServiceField; isEditable: boolean };
type Mine = { value: FieldValue; shown: string; reason?: string };

/** Whose money it is. */
const assigned = ['serviceType', 'entityId', 'budgetKeyId', 'actualKeyId'];
/** What one click changes is easily changed by mistake. */
const asksWhy = ({ kind, field }: ServiceField) => kind === 'choice' || assigned.includes(field);

/** A value that turns into its editor where it stands. */
export function EditableField({ service, field, isEditable }: Props) {
  /** The service when the editing began, so that a change of another person meanwhile is noticed. */
  const [seen, setSeen] = useState<Service | null>(null);
  const [asked, setAsked] = useState<{ seen: Service; mine: Mine } | null>(null);
  const client = useQueryClient();
  const label = labelOf(field.field);
  const shown = shownValue(service, field);
  const write = useGuardedWrite<Service, Mine, unknown>(
    {
      send: ({ value, reason }, seen) =>
        changeService({ seen, body: { [field.field]: value, ...(reason && { reason }) } }),
      load: ({ id }) => client.query({ ...serviceQuery(id), staleTime: 0 }),
      differences: ({ mine, seen, now }) => {
        const theirs = valueOf(now, field);
        const isTheirs = theirs !== valueOf(seen, field) && theirs !== mine.value;
        return isTheirs ? [{ key: field.field, what: label, mine: mine.shown, theirs: shownValue(now, field) }] : [];
      },
      without: (mine, given) => (given.has(field.field) ? null : mine),
      serviceIds: [service.id],
    },
    () => setSeen(null),
  );
  // Enter saves, and the editor that closes loses the focus, which saves as well.
  const save = (value: FieldValue, mine: string) => {
    if (!seen || write.isPending) return;
    const change = { seen, mine: { value, shown: mine } };
    if (!asksWhy(field)) write.mutate(change);
    else if (value !== valueOf(seen, field)) setAsked(change);
  };
  const stop = () => {
    write.reset();
    setSeen(null);
  };

  return (
    <Box sx={{ minWidth: 0 }}>
      {/* The dialog of a conflict takes the focus; an editor that loses it would save. */}
      {seen && !asked && !write.conflict ? (
        <FieldEditor service={seen} field={field} label={label} onSave={save} onCancel={stop} />
      ) : (
        <ShownField label={label} shown={shown} {...(isEditable && { onEdit: () => setSeen(service) })} />
      )}
      {asked && (
        <ReasonDialog
          title={`Why does ${label.toLowerCase()} change?`}
          onConfirm={(reason) => {
            write.mutate({ ...asked, mine: { ...asked.mine, reason } });
            setAsked(null);
            setSeen(null);
          }}
          onCancel={() => {
            setAsked(null);
            setSeen(null);
          }}
        >
          {shown || 'empty'} → <strong>{asked.mine.shown || 'empty'}</strong>
          {assigned.includes(field.field) && <AssignedFrom />}
        </ReasonDialog>
      )}
      {write.error && (
        <Typography role="alert" variant="caption" color="error">
          {wordsOf(write.error)}
        </Typography>
      )}
      {write.conflict}
    </Box>
  );
}

function ShownField({ label, shown, onEdit }: { label: string; shown: string; onEdit?: () => void }) {
  const value = (
    <Typography
      component="span"
      sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line', color: shown ? 'text.primary' : 'text.secondary' }}
    >
      {shown || (onEdit ? 'Add' : '')}
    </Typography>
  );
  return (
    <>
      <Typography variant="caption" color="textSecondary" component="div">
        {label}
      </Typography>
      {onEdit ? (
        <ButtonBase onClick={onEdit} aria-label={`Change ${label}: ${shown || 'empty'}`} sx={editable}>
          {value}
        </ButtonBase>
      ) : (
        <Box sx={{ minHeight: 24 }}>{value}</Box>
      )}
    </>
  );
}

const editable = {
  display: 'block',
  width: 1,
  textAlign: 'start',
  minHeight: 24,
  borderRadius: 1,
  paddingInline: 1,
  marginInline: -1,
  '&:hover': { bgcolor: 'action.hover' },
} as const;
