import * as z from 'zod/mini';
import { id } from './common.ts';
import { endpoint } from './endpoint.ts';

/** Something changed; the event's id is the audit entry's. */
export const changeEvent = z.object({
  id: z.int(),
  actorId: z.nullable(id),
  action: z.string(),
  subjectType: z.string(),
  subjectId: z.nullable(id),
});
export type ChangeEvent = z.infer<typeof changeEvent>;

/**
 * Event names on the stream: `change` carries a ChangeEvent; `reset` means too much was missed, load again; `superseded`
 * ends the oldest of too many streams: come back when somebody looks.
 */
export const eventNames = ['change', 'reset', 'superseded'] as const;

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
