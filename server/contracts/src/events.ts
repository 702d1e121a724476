import * as z from 'zod/mini';
import { id } from './common.ts';
import { endpoint } from './endpoint.ts';
import { jobStates } from './jobs.ts';

/** Something changed; the event's id is the audit entry's. */
export const changeEvent = z.object({
  id: z.int(),
  actorId: z.nullable(id),
  action: z.string(),
  subjectType: z.string(),
  subjectId: z.nullable(id),
  /** What has happened so far; sent back as X-Opex-Seen it makes sure that a read holds this change. */
  seen: z.optional(z.string()),
});
export type ChangeEvent = z.infer<typeof changeEvent>;

export const resetEvent = z.object({ seen: z.optional(z.string()) });

/** Everything before has been told, to a stream that comes back; nothing has changed for so long, as far as is known. */
export const caughtUpEvent = z.object({ seen: z.optional(z.string()), quietMs: z.int() });

/** How a job goes that the reader asked for, or any job for those who see all. */
export const jobEvent = z.object({
  id,
  kind: z.string(),
  state: z.enum(jobStates),
  done: z.nullable(z.int()),
  total: z.nullable(z.int()),
});
export type JobEvent = z.infer<typeof jobEvent>;

/**
 * Event names on the stream: `change` carries a ChangeEvent, `job` a JobEvent, which is not told again later; `reset` means too much was missed, load again (it carries `seen` too);
 * `caught-up` comes once, when a stream has been opened and was told what it missed; `superseded` ends the oldest of too many
 * streams: come back when the page is looked at again.
 */
export const eventNames = ['change', 'job', 'reset', 'caught-up', 'superseded'] as const;

export const eventEndpoints = {
  stream: endpoint({
    method: 'get',
    path: '/events',
    tag: 'Live',
    summary: 'What changes, as it changes (server-sent events, resumable by Last-Event-ID)',
    permission: 'signed-in',
    mediaType: 'text/event-stream',
  }),
};
