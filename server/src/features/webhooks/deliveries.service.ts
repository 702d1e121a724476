import type { WebhookMessage } from '@opex/contracts/webhooks';
import { config } from '../../config.ts';
import { AppError, wordsOf } from '../../lib/errors.ts';
import { traceHeaders } from '../../lib/tracing.ts';
import * as audit from '../audit/audit.service.ts';
import { change } from '../audit/change.service.ts';
import { sealKeys } from '../audit/seals.service.ts';
import * as mail from '../mail/mail.service.ts';
import * as users from '../users/users.service.ts';
import { isGivenUp, pauseMs, switchedOff, whyOff } from './deliveries.rules.ts';
import { post } from './outside.service.ts';
import { decrypt, signatureOf } from './secrets.rules.ts';
import * as repository from './webhooks.repository.ts';

const itself: audit.Actor = { id: null, name: 'Webhooks' };

/** Tells a webhook of entries of the audit log; of none it is a test. */
export async function deliver(webhookId: number, entryIds: number[], jobId: number, signal: AbortSignal) {
  const webhook = await repository.findTarget(webhookId);
  if (!webhook) throw new AppError(422, 'The webhook was removed');
  const isTest = entryIds.length === 0;
  if (!webhook.isOn && !isTest) throw new AppError(422, 'The webhook is off');
  try {
    await send(webhook, await messageOf(entryIds), jobId, signal);
  } catch (error) {
    if (!signal.aborted) await noteFailure(webhookId, error);
    throw error;
  }
  await repository.noteArrival(webhookId);
}

async function send({ url, secret: encrypted }: repository.Target, body: string, jobId: number, signal: AbortSignal) {
  const secret = decrypt(encrypted, sealKeys);
  if (secret === undefined)
    throw new AppError(422, 'Its secret was encrypted with a key that AUDIT_SEAL_KEYS does not hold any more');
  const id = `delivery-${jobId}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = {
    ...traceHeaders(),
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'opex-webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatureOf(secret, id, timestamp, body),
  };
  const status = await post(url, headers, body, signal);
  if (status >= 300 && status < 400) throw new Error(`The other end answered ${status}: redirects are not followed`);
  if (status < 200 || status >= 300) throw new Error(`The other end answered ${status}`);
}

async function messageOf(entryIds: number[]): Promise<string> {
  const entries = await audit.some(entryIds);
  const message: WebhookMessage = {
    type: entryIds.length === 0 ? 'test' : 'changes',
    events: entries.map(({ id, at, action, subjectType, subjectId, subject, actorId, actor, fy }) => ({
      id,
      at,
      action,
      subject: { type: subjectType, id: subjectId, label: subject },
      actor: { id: actorId, name: actor },
      fiscalYear: fy,
    })),
  };
  return JSON.stringify(message);
}

/** Counts it, and switches the webhook off when nothing has arrived for long. Administrators are told. */
const noteFailure = (id: number, error: unknown) =>
  change(itself, { tags: [] }, async (tx) => {
    const failed = await repository.countFailure(id, tx);
    // One receiver that lets us wait must not take every place from the others.
    if (failed) await repository.postpone(id, pauseMs(failed.failures), tx);
    if (!failed?.isOn || !isGivenUp(failed, new Date())) return { answer: undefined, entries: [] };
    const offBecause = whyOff(failed, wordsOf(error));
    await repository.switchOff(id, offBecause, tx);
    const mails = (await users.administrators(tx)).map((to) =>
      switchedOff(to, failed.name, offBecause, config.PUBLIC_URL),
    );
    await mail.send(mails, itself, tx);
    const changes = audit.differences({ isOn: true }, { isOn: false });
    const subject = { type: 'webhook' as const, id, label: failed.name };
    return { answer: undefined, entries: { action: 'webhook.switched-off', subject, changes } };
  });
