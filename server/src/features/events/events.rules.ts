import type { ChangeEvent, eventNames } from '@opex/contracts/events';

/** As it goes over the wire. */
export const eventText = (event: (typeof eventNames)[number], data: object, id?: number) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export const changeText = (
  { id, actorId, action, subjectType, subjectId }: ChangeEvent,
  seen: string | undefined,
): string => eventText('change', { id, actorId, action, subjectType, subjectId, seen }, id);
