import { actions } from '@opex/contracts/changes';
import type { JobState } from '@opex/contracts/jobs';
import {
  type Delivery,
  familyOf,
  familyWords,
  type Webhook,
  type WebhookEvent,
  webhookEvents,
} from '@opex/contracts/webhooks';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { counted, times } from '../../domain/words/counted.ts';

export type Family = { name: string; words: string; events: readonly WebhookEvent[] };

/** What can be told, by what it is about. */
export const families: readonly Family[] = [...new Set(webhookEvents.map(familyOf))].map((name) => ({
  name,
  words: familyWords(name),
  events: webhookEvents.filter((event) => familyOf(event) === name),
}));

export const eventWords = (event: WebhookEvent) => actions[event];

/** "Services, Users (2 of 6)": of what a webhook is told, on one line. */
export function toldOf(events: readonly string[]): string {
  const parts = families.flatMap(({ words, events: all }) => {
    const told = all.filter((event) => events.includes(event)).length;
    return told === 0 ? [] : [told === all.length ? words : `${words} (${told} of ${all.length})`];
  });
  return parts.join(', ');
}

export function stateOf({ isOn, offBecause, failingSince }: Webhook): string {
  if (!isOn) return offBecause ? `Switched off. ${offBecause}` : 'Off';
  return failingSince ? `Failing since ${formatDateTime(failingSince)}` : 'On';
}

const stateWords: Record<JobState, string> = {
  waiting: 'Waits',
  running: 'Is being sent',
  done: 'Arrived',
  failed: 'Given up',
  cancelled: 'Cancelled',
};

export function outcomeOf({ state, tries, error, dueAt }: Delivery): string {
  const failed = tries > 0 && state !== 'done' ? [`failed ${times(tries)}`] : [];
  const next = state === 'waiting' && tries > 0 ? [`next try ${formatDateTime(dueAt)}`] : [];
  const why = state !== 'done' && error ? [error] : [];
  return [stateWords[state], ...failed, ...next, ...why].join(', ');
}

export const sizeOf = ({ events }: Delivery) => (events === 0 ? 'Test' : counted(events, 'change'));
