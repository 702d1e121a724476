import type { Service } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Typography from '@mui/material/Typography';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { wordsOf } from '../../components/states.tsx';
import { statusOf } from '../../lib/api.ts';
import { labelOf } from '../../domain/words/field-words.ts';
import { useWrite } from '../../lib/use-write.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { FieldEditor } from './field-editor.tsx';
import { shownValue, type FieldValue, type ServiceField } from './service-fields.ts';
import { changeField } from './service.queries.ts';

type Props = { service: Service; field: ServiceField; isEditable: boolean };
type Mine = { seen: Service; value: FieldValue; shown: string };

/** A value that turns into its editor where it stands. */
export function EditableField({ service, field, isEditable }: Props) {
  /** As it was when the editing began: what somebody else changes meanwhile must not be overwritten unseen. */
  const [seen, setSeen] = useState<Service | null>(null);
  const client = useQueryClient();
  const label = labelOf(field.field);
  const shown = shownValue(service, field);
  const write = useWrite(
    (mine: Mine) => changeField(client, mine.seen, field.field, mine.value),
    () => setSeen(null),
  );
  const isStale = statusOf(write.error) === 412;
  // Leaving the editor saves too, and comes right after Enter.
  const save = (value: FieldValue, mine: string) => {
    if (seen && !write.isPending) write.mutate({ seen, value, shown: mine });
  };
  const stop = () => {
    write.reset();
    setSeen(null);
  };

  return (
    <Box sx={{ minWidth: 0 }}>
      {/* The dialog of a conflict takes the focus; an editor that loses it would save. */}
      {seen && !isStale ? (
        <FieldEditor service={seen} field={field} label={label} onSave={save} onCancel={stop} />
      ) : (
        <ShownField label={label} shown={shown} {...(isEditable && { onEdit: () => setSeen(service) })} />
      )}
      {write.error && !isStale && (
        <Typography role="alert" variant="caption" color="error">
          {wordsOf(write.error)}
        </Typography>
      )}
      {isStale && write.variables && !write.isPending && (
        <ConflictDialog
          serviceId={service.id}
          differences={[{ label, theirs: shown, mine: write.variables.shown }]}
          isBusy={write.isPending}
          onMine={() => {
            setSeen(null);
            write.mutate({ ...write.variables, seen: service });
          }}
          onTheirs={stop}
        />
      )}
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
