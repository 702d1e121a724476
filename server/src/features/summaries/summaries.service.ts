import { listAuditQuery } from '@opex/contracts/audit';
import type { Subscriptions, UpdateSubscriptionsBody } from '@opex/contracts/subscriptions';
import { z } from 'zod';
import { config } from '../../config.ts';
import type { Caller } from '../../lib/caller.ts';
import { AppError } from '../../lib/errors.ts';
import { addDays } from '../../lib/time.ts';
import * as audit from '../audit/audit.service.ts';
import { change } from '../audit/change.service.ts';
import * as mail from '../mail/mail.service.ts';
import * as reports from '../reports/reports.service.ts';
import * as sessions from '../sessions/sessions.service.ts';
import * as settings from '../settings/settings.service.ts';
import { isWorthReading, summaryOf } from './summary.rules.ts';
import * as repository from './summaries.repository.ts';

const described = (dailySummary: boolean): Subscriptions => ({
  dailySummary,
  sentAt: config.DAY_BEGINS,
  mailsAreSent: mail.isConfigured,
});

export const subscriptionsOf = async ({ id }: Caller) => described(await repository.isSubscribed(id));

export const subscribe = ({ id, email, name }: Caller, { dailySummary }: UpdateSubscriptionsBody) =>
  change({ id, name }, { tags: [] }, async (tx) => {
    const before = await repository.isSubscribed(id, tx);
    await repository.setSubscribed(id, dailySummary, tx);
    const changes = audit.differences({ dailySummary: before }, { dailySummary });
    const entry = { action: 'user.updated' as const, subject: { type: 'user' as const, id, label: email }, changes };
    return { answer: described(dailySummary), entries: before === dailySummary ? [] : entry };
  });

/** Those who are to be written to; nobody, where no mails are sent. */
export const subscribers = async () => (mail.isConfigured ? repository.findSubscribers() : []);

/** What this person may know of that day; undefined where there is nothing to tell. */
export async function write(userId: number, day: string): Promise<mail.Mail | undefined> {
  const reader = await sessions.callerOfUser(userId);
  // They may have changed their mind, or lost their account, since the day began.
  if (!reader?.permissions.has('reports.view') || !(await repository.isSubscribed(userId))) return undefined;
  const report = await reports.reportFor(reader).catch((error: unknown) => {
    // There is no year yet.
    if (error instanceof AppError && error.status === 404) return undefined;
    throw error;
  });
  if (!report) return undefined;
  const yesterday = addDays(day, -1);
  const query = z.parse(listAuditQuery, { subjectType: 'service', at: yesterday, limit: '200', sort: '-id' });
  const { data, pagination } = await audit.list(reader, query);
  const changes = { day: yesterday, total: pagination.total, latest: data };
  if (!isWorthReading(report, changes)) return undefined;
  const { baseCurrency } = await settings.current();
  return { to: reader.email, ...summaryOf(report, changes, { day, baseCurrency, place: config.PUBLIC_URL }) };
}
