import type { JobKind } from '@opex/contracts/jobs';
import { z } from 'zod';
import { config } from './config.ts';
import { forgetOldKeys } from './database/idempotency.ts';
import { inTransaction } from './database/transaction.ts';
import * as costs from './features/costs/costs.service.ts';
import { checkingImport, writingImport } from './features/imports/imports.jobs.ts';
import * as imports from './features/imports/imports.service.ts';
import { jobKind, type Kind } from './features/jobs/jobs.service.ts';
import * as jobs from './features/jobs/jobs.service.ts';
import { queueOf, type Schedule } from './features/jobs/queue.service.ts';
import { sendingMail } from './features/mail/mail.jobs.ts';
import * as masters from './features/masters/masters.service.ts';
import * as reports from './features/reports/reports.service.ts';
import { tellingWebhook } from './features/webhooks/webhooks.jobs.ts';
import * as securityEvents from './features/security-events/security-events.service.ts';
import * as sessions from './features/sessions/sessions.service.ts';
import { beginningDay, writingSummary } from './features/summaries/summaries.jobs.ts';
import * as tracker from './features/tracker/tracker.service.ts';
import { version } from './lib/metrics.ts';

const cleaning = jobKind({
  name: 'cleaning',
  payload: z.object({}),
  async work() {
    await sessions.clean();
    await securityEvents.clean();
    await jobs.clean();
    await costs.clean();
    await imports.clean();
    // Answers that were kept for repeats are promised for a day.
    await inTransaction([], forgetOldKeys);
  },
});

/**
 * What readers of all entities ask for first, loaded into the caches that processes share, and read by the database. A process that
 * begins to answer does the same for itself.
 */
const warming = jobKind({
  name: 'warming',
  payload: z.object({}),
  tries: 1,
  async work(_, { progress }) {
    const parts = [reports.warm, tracker.warm, masters.warm];
    for (const [index, warm] of parts.entries()) {
      await warm();
      await progress(index + 1, parts.length);
    }
  },
});

/** Every kind of job, by the name that the contract has for it. */
export const kinds: { [Name in JobKind]: Kind<unknown, Name> } = {
  cleaning,
  mail: sendingMail,
  webhook: tellingWebhook,
  warming,
  summaries: beginningDay,
  summary: writingSummary,
  'import-check': checkingImport,
  'import-write': writingImport,
};

const [hours = 0, minutes = 0] = config.DAY_BEGINS.split(':').map(Number);
const dayBegins = hours * 60 + minutes;
const schedules: readonly Schedule[] = [
  { kind: cleaning, everyMinutes: 60 },
  { kind: beginningDay, everyMinutes: 24 * 60, shiftedByMinutes: dayBegins },
  // As long as answers live, so that there is one when the first person comes.
  { kind: warming, everyMinutes: 5, shiftedByMinutes: dayBegins - 30, forMinutes: 120 },
  { kind: warming, once: `version ${version}` },
];

export const runningJobs = queueOf(kinds, schedules);
