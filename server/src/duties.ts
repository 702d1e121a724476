import { config } from './config.ts';
import { forgetOldKeys } from './database/idempotency.ts';
import { forgetOldChanges } from './database/tags.ts';
import { inTransaction } from './database/transaction.ts';
import { keyActivity } from './features/api-keys/api-keys.duties.ts';
import { gapsOfProof, publishing, sealing } from './features/audit/seals.duties.ts';
import { watchingBackups } from './features/backups/backups.duties.ts';
import { tellingChanges } from './features/events/events.duties.ts';
import { settling } from './features/figures/figures.duties.ts';
import { firstYear, reportedMonth } from './features/fiscal-years/fiscal-years.duties.ts';
import { warmingMasters } from './features/masters/masters.duties.ts';
import { warmingDashboard } from './features/reports/reports.duties.ts';
import { securityLog, securityLogCleaning } from './features/security-events/security-events.duties.ts';
import { sessionActivity, sessionCleaning } from './features/sessions/sessions.duties.ts';
import { warmingTracker } from './features/tracker/tracker.duties.ts';
import { firstAdmin } from './features/users/users.duties.ts';
import type { Duty } from './lib/duties.ts';

/** Answers that were kept for repeats are promised for a day. */
const answerCleaning: Duty = {
  name: 'Removing old answers kept for repeats',
  repeat: { everyMs: 600_000, work: () => inTransaction([], forgetOldKeys) },
};

const changeCleaning: Duty = {
  name: 'Forgetting what cached answers were told of long ago',
  repeat: { everyMs: 60_000, work: forgetOldChanges },
};

/** What a process hears, and what it remembers of that: every process does it for itself. */
const ofEachProcess: readonly Duty[] = [settling, securityLog, watchingBackups];

/** What belongs to answering requests. */
const ofAnswering: readonly Duty[] = [
  tellingChanges,
  warmingDashboard,
  warmingTracker,
  warmingMasters,
  sessionActivity,
  keyActivity,
];

/** What is done for the whole installation. Every process tries, and a second time does no harm. */
const ofTheInstallation: readonly Duty[] = [
  firstAdmin,
  firstYear,
  reportedMonth,
  sessionCleaning,
  securityLogCleaning,
  answerCleaning,
  changeCleaning,
  gapsOfProof,
  sealing,
  publishing,
];

// In the order in which they start, and in which they are flushed at the end: the seal covers what came before it.
export const duties = [...ofAnswering, ...ofEachProcess, ...ofTheInstallation];
export const dutiesOfWorker = [...ofEachProcess, ...ofTheInstallation];
export const dutiesOfServer = config.JOBS === 'on' ? duties : [...ofAnswering, ...ofEachProcess];
