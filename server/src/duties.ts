import { config } from './config.ts';
import { forgetOldChanges } from './database/tags.ts';
import { keyActivity } from './features/api-keys/api-keys.duties.ts';
import { gapsOfProof, publishing, sealing } from './features/audit/seals.duties.ts';
import { watchingBackups } from './features/backups/backups.duties.ts';
import { countingUsage, watchingCosts } from './features/costs/costs.duties.ts';
import { tellingChanges } from './features/events/events.duties.ts';
import { settling } from './features/figures/figures.duties.ts';
import { firstYear, reportedMonth } from './features/fiscal-years/fiscal-years.duties.ts';
import { warmingMasters } from './features/masters/masters.duties.ts';
import { countingLately } from './features/operations/operations.duties.ts';
import { warmingDashboard } from './features/reports/reports.duties.ts';
import { securityLog } from './features/security-events/security-events.duties.ts';
import { sessionActivity } from './features/sessions/sessions.duties.ts';
import { warmingTracker } from './features/tracker/tracker.duties.ts';
import { firstAdmin } from './features/users/users.duties.ts';
import { runningJobs } from './jobs.ts';
import type { Duty } from './lib/duties.ts';

const changeCleaning: Duty = {
  name: 'Forgetting what cached answers were told of long ago',
  repeat: { everyMs: 60_000, work: forgetOldChanges },
};

/** What a process hears, and what it remembers of that: every process does it for itself. */
const ofEachProcess: readonly Duty[] = [settling, securityLog, watchingBackups, countingUsage];

/** What belongs to answering requests. */
const ofAnswering: readonly Duty[] = [
  tellingChanges,
  warmingDashboard,
  warmingTracker,
  warmingMasters,
  sessionActivity,
  keyActivity,
  countingLately,
];

/** What is done for the whole installation. Every process tries, and a second time does no harm. */
const ofTheInstallation: readonly Duty[] = [
  firstAdmin,
  firstYear,
  reportedMonth,
  changeCleaning,
  runningJobs,
  gapsOfProof,
  sealing,
  publishing,
  watchingCosts,
];

// In the order in which they start, and in which they are flushed at the end: the seal covers what came before it.
export const duties = [...ofAnswering, ...ofEachProcess, ...ofTheInstallation];
export const dutiesOfWorker = [...ofEachProcess, ...ofTheInstallation];
export const dutiesOfServer = config.JOBS === 'on' ? duties : [...ofAnswering, ...ofEachProcess];
