import { CommandFailed } from '../command.ts';

/** A time that someone wrote: with its zone, or as the clock of this machine shows it. */
export function timeOf(text: string, now = new Date()): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new CommandFailed(
      `"${text}" is no time. Write 2026-11-25T14:30:00Z, or 2026-11-25 14:30 by this machine's clock.`,
    );
  if (time > now) throw new CommandFailed(`${time.toISOString()} is yet to come.`);
  return time;
}

/** A time as part of a name. */
export const stampOf = (at: Date) => at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
