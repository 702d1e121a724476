import type { AuditBatch } from '@opex/contracts/audit';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { actionWords, manySubjects } from '../../domain/words/audit-words.ts';
import { counted } from '../../domain/words/counted.ts';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { useEntryState } from '../../lib/use-entry-state.ts';
import { entriesIn } from './batch.rules.ts';
import { BatchEntries } from './batch-entries.tsx';
import { Subject } from './subject.tsx';

/** One line for each change, however many rows it has; it opens to the rows and their fields. */
export function AuditLine({ batch }: { batch: AuditBatch }) {
  const { found, remember } = useEntryState<boolean>(`entry ${batch.id}`);
  const [isOpen, setOpen] = useState(found ?? false);
  const toggle = () => {
    setOpen(!isOpen);
    remember(!isOpen);
  };
  const details = useId();
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
        <Typography component="time" dateTime={batch.at} color="textSecondary">
          {formatDateTime(batch.at)}
        </Typography>
        <Typography component="div" sx={{ overflowWrap: 'anywhere' }}>
          <strong>{batch.actor}</strong> <What batch={batch} />
          {batch.fy && `, ${batch.fy}`}
          {batch.reason && (
            <Box component="span" sx={{ color: 'text.secondary' }}>
              {' '}
              because: {batch.reason}
            </Box>
          )}
        </Typography>
        <Button
          onClick={toggle}
          aria-expanded={isOpen}
          aria-controls={details}
          aria-label={`${isOpen ? 'Hide' : 'Show'} entry ${batch.id}`}
        >
          {sizeOf(batch)}
        </Button>
      </Box>
      <Box id={details} hidden={!isOpen} sx={{ paddingBlock: 2, paddingInlineStart: { md: '172px' } }}>
        {isOpen && <BatchEntries batch={batch} />}
      </Box>
    </Box>
  );
}

function What({ batch: { parts, subjectId } }: { batch: AuditBatch }) {
  return parts.map(({ action, subjectType, subject, count }, index) => (
    <span key={`${action} ${subjectType}`}>
      {index > 0 && ', '}
      {actionWords(action)}{' '}
      {count > 1 ? (
        `${count} ${manySubjects(subjectType).toLowerCase()}`
      ) : (
        <Subject type={subjectType} id={parts.length === 1 ? subjectId : null} label={subject} />
      )}
    </span>
  ));
}

function sizeOf(batch: AuditBatch): string {
  const rows = entriesIn(batch);
  if (rows > 1) return `${rows} rows`;
  const fields = Object.keys(batch.changes).length;
  return fields === 0 ? 'Details' : counted(fields, 'field');
}
