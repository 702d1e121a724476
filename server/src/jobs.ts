import type { JobKind } from '@opex/contracts/jobs';
import { z } from 'zod';
import { forgetOldKeys } from './database/idempotency.ts';
import { inTransaction } from './database/transaction.ts';
import { jobKind, type Kind } from './features/jobs/jobs.service.ts';
import * as jobs from './features/jobs/jobs.service.ts';
import { queueOf, type Schedule } from './features/jobs/queue.service.ts';
import { sendingMail } from './features/mail/mail.jobs.ts';
import { tellingWebhook } from './features/webhooks/webhooks.jobs.ts';
import * as securityEvents from './features/security-events/security-events.service.ts';
import * as sessions from './features/sessions/sessions.service.ts';

const cleaning = jobKind({
  name: 'cleaning',
  payload: z.object({}),
  async work() {
    await sessions.clean();
    await securityEvents.clean();
    await jobs.clean();
    // Answers that were kept for repeats are promised for a day.
    await inTransaction([], forgetOldKeys);
  },
});

/** Every kind of job, by the name that the contract has for it. */
export const kinds: { [Name in JobKind]: Kind<unknown, Name> } = {
  cleaning,
  mail: sendingMail,
  webhook: tellingWebhook,
};

const schedules: readonly Schedule[] = [{ kind: cleaning, everyMinutes: 60 }];

export const runningJobs = queueOf(kinds, schedules);
