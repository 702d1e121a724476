import type { NoteKind } from '../../backup/notes.ts';
import type { Duty } from '../../lib/duties.ts';
import { gauge } from '../../lib/metrics.ts';
import { isArchivingFailing, lastSuccesses } from './backups.repository.ts';

let known: Awaited<ReturnType<typeof lastSuccesses>> = new Map();
let isFailing = false;
/** Since 1970; 0 for what never succeeded. */
const secondsOf = (kind: NoteKind) => (known.get(kind)?.getTime() ?? 0) / 1000;

gauge('backup_last_success_timestamp_seconds', 'When a base backup was last taken', () => secondsOf('backup'));
gauge('restore_drill_last_success_timestamp_seconds', 'When a backup was last restored and found right', () =>
  secondsOf('drill'),
);
gauge('backup_archive_failing', '1 while the database cannot archive what it writes', () => Number(isFailing));

export const watchingBackups: Duty = {
  name: 'Looking up when the last backup was',
  repeat: {
    everyMs: 60_000,
    isDueAtStart: true,
    work: async () => {
      [known, isFailing] = await Promise.all([lastSuccesses(), isArchivingFailing()]);
    },
  },
};
