import { logger } from './logger.ts';
import { applicationErrors } from './metrics.ts';
import { together } from './together.ts';
import { within } from './within.ts';

/** What a process does beside answering requests. Each part is optional; they stand in the order of a process's life. */
export type Duty = {
  /** For the log: "<name> failed". */
  name: string;
  /** Before the process hears of changes, so that it misses none. */
  listen?: () => void;
  /** Once, before the first request is answered, as soon as the database is there. */
  prepare?: () => Promise<unknown>;
  /** Once, before the first request is answered. When it fails, the first readers wait longer and nothing else. */
  warm?: () => Promise<unknown>;
  /** While requests are answered; never twice at the same time. What fails is tried again when its time comes. */
  repeat?: { everyMs: number; isDueAtStart?: true; work: () => Promise<unknown> };
  /** When the process stops: ends what would keep connections open. */
  hangUp?: () => void;
  /** While the last requests are answered, and no longer than they get: finishes what is under way. */
  drain?: () => Promise<unknown>;
  /** After that: writes what the process holds only in memory. */
  flush?: () => Promise<unknown>;
};

let timers: NodeJS.Timeout[] = [];

export function startRepeating(duties: readonly Duty[]) {
  for (const { name, repeat } of duties) {
    if (!repeat) continue;
    const work = together(repeat.work);
    const attempt = () =>
      void work().catch((error: unknown) => {
        applicationErrors.inc({ where: 'duty' });
        logger.warn(`${name} failed; it will be tried again`, { error });
      });
    if (repeat.isDueAtStart) attempt();
    timers.push(setInterval(attempt, repeat.everyMs).unref());
  }
}

/**
 * Flushes one duty after the other, in their order. A duty that hangs is given up after `eachWithinMs`, for the sake of the others.
 */
export async function stopDuties(duties: readonly Duty[], eachWithinMs: number) {
  for (const timer of timers) clearInterval(timer);
  timers = [];
  for (const { name, flush } of duties) {
    if (!flush) continue;
    await within(eachWithinMs, flush()).catch((error: unknown) =>
      logger.warn(`${name} failed, and the process ends: what it held is lost`, { error }),
    );
  }
}
