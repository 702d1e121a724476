import type { ListSecurityEventsQuery, SecurityEventPage } from '@opex/contracts/security-events';
import { config } from '../../config.ts';
import { putBack, takeSecurityEvents } from '../../lib/security-log.ts';
import { dayMs } from '../../lib/time.ts';
import { inTransaction } from '../../database/transaction.ts';
import * as settings from '../settings/settings.service.ts';
import * as repository from './security-events.repository.ts';

export const list = async (query: ListSecurityEventsQuery): Promise<SecurityEventPage> =>
  repository.findPage(query, await settings.cursorSecret());

/** A duty writes the log, so that no request waits for it. `all` is for a process that stops: it writes counts that still run. */
export async function flush(all = false) {
  const entries = takeSecurityEvents(all);
  if (entries.length === 0) return;
  try {
    await repository.insertMany(entries);
  } catch (error) {
    putBack(entries);
    throw error;
  }
}

export const clean = () =>
  inTransaction([], (tx) => repository.removeBefore(new Date(Date.now() - config.SECURITY_LOG_DAYS * dayMs), tx));
