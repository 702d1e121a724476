import type { z } from 'zod';
import type { Transaction } from '../../database/transaction.ts';
import type { Actor } from '../audit/audit.service.ts';
import * as jobs from '../jobs/jobs.service.ts';
import { isConfigured, sendingMail } from './mail.jobs.ts';

export { isConfigured };
export type Mail = z.infer<typeof sendingMail.payload>;

/** Sends mails once the transaction is kept. Without a mail server nothing is sent, and nothing waits to be. */
export async function send(mails: readonly Mail[], actor: Actor, tx: Transaction) {
  if (!isConfigured) return;
  for (const mail of mails) await jobs.add(sendingMail, mail, actor, tx);
}
