import type { AuditEntry } from '@opex/contracts/audit';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { FieldChanges } from '../../domain/changes/field-changes.tsx';
import { ServiceLink } from '../../domain/links/service-link.tsx';
import { actionWords, oneSubject } from '../../domain/words/audit-words.ts';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { useEntryState } from '../../lib/use-entry-state.ts';
import { counted } from '../../domain/words/counted.ts';

/** One line for each change; it opens to the fields. */
export function AuditLine({ entry }: { entry: AuditEntry }) {
  const { found, remember } = useEntryState<boolean>(`entry ${entry.id}`);
  const [isOpen, setOpen] = useState(found ?? false);
  const toggle = () => {
    setOpen(!isOpen);
    remember(!isOpen);
  };
  const details = useId();
  const count = Object.keys(entry.changes).length;
  return (
    <Box component="li" sx={{ borderBottom: 1, borderColor: 'divider', paddingBlock: 1 }}>
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '160px minmax(0, 1fr) auto' },
          columnGap: 3,
          alignItems: 'center',
        }}
      >
        <Typography component="time" dateTime={entry.at} color="textSecondary">
          {formatDateTime(entry.at)}
        </Typography>
        <Typography component="div" sx={{ overflowWrap: 'anywhere' }}>
          <strong>{entry.actor}</strong> {actionWords(entry.action)} {oneSubject(entry.subjectType)}{' '}
          <Subject entry={entry} />
          {entry.fy && `, ${entry.fy}`}
          {entry.reason && (
            <Box component="span" sx={{ color: 'text.secondary' }}>
              {' '}
              because: {entry.reason}
            </Box>
          )}
        </Typography>
        <Button
          onClick={toggle}
          aria-expanded={isOpen}
          aria-controls={details}
          aria-label={`${isOpen ? 'Hide' : 'Show'} entry ${entry.id}`}
        >
          {count === 0 ? 'Details' : counted(count, 'field')}
        </Button>
      </Box>
      <Box id={details} hidden={!isOpen} sx={{ paddingBlock: 2, paddingInlineStart: { md: '172px' } }}>
        {isOpen && (
          <>
            <FieldChanges changes={entry.changes} fy={entry.fy} />
            <Typography
              variant="caption"
              color="textSecondary"
              component="div"
              sx={{ overflowWrap: 'anywhere', paddingBlockStart: 1 }}
            >
              Entry {entry.id}, hash {entry.hash.slice(0, 16)}
              {entry.requestId && `, request ${entry.requestId}`}
            </Typography>
          </>
        )}
      </Box>
    </Box>
  );
}

function Subject({ entry: { subjectType, subjectId, subject } }: { entry: AuditEntry }) {
  if (subjectType === 'service' && subjectId !== null) return <ServiceLink id={subjectId} uid={subject} />;
  return <>{subject}</>;
}
