import { config } from './config.ts';
import { forgetOldKeys } from './database/idempotency.ts';
import { forgetOldChanges } from './database/tags.ts';
import { inTransaction } from './database/transaction.ts';
import { keyActivity } from './features/api-keys/api-keys.jobs.ts';
import { gapsOfProof, publishing, sealing } from './features/audit/seals.jobs.ts';
import { watchingBackups } from './features/backups/backups.jobs.ts';
import { tellingChanges } from './features/events/events.jobs.ts';
import { settling } from './features/figures/figures.jobs.ts';
import { firstYear, reportedMonth } from './features/fiscal-years/fiscal-years.jobs.ts';
import { warmingMasters } from './features/masters/masters.jobs.ts';
import { warmingDashboard } from './features/reports/reports.jobs.ts';
import { securityLog, securityLogCleaning } from './features/security-events/security-events.jobs.ts';
import { sessionActivity, sessionCleaning } from './features/sessions/sessions.jobs.ts';
import { warmingTracker } from './features/tracker/tracker.jobs.ts';
import { firstAdmin } from './features/users/users.jobs.ts';
import type { Job } from './lib/jobs.ts';

/** Answers that were kept for repeats are promised for a day. */
const answerCleaning: Job = {
  name: 'Removing old answers kept for repeats',
  repeat: { everyMs: 600_000, work: () => inTransaction([], forgetOldKeys) },
};

const changeCleaning: Job = {
  name: 'Forgetting what cached answers were told of long ago',
  repeat: { everyMs: 60_000, work: forgetOldChanges },
};

/** What a process hears, and what it remembers of that: every process does it for itself. */
const ofEachProcess: readonly Job[] = [settling, securityLog, watchingBackups];

/** What belongs to answering requests. */
const ofAnswering: readonly Job[] = [
  tellingChanges,
  warmingDashboard,
  warmingTracker,
  warmingMasters,
  sessionActivity,
  keyActivity,
];

/** What is done for the whole installation. Every process tries, and a second time does no harm. */
const ofTheInstallation: readonly Job[] = [
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
export const jobs = [...ofAnswering, ...ofEachProcess, ...ofTheInstallation];
export const jobsOfWorker = [...ofEachProcess, ...ofTheInstallation];
export const jobsOfServer = config.JOBS === 'on' ? jobs : [...ofAnswering, ...ofEachProcess];
