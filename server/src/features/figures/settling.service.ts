import type { Connection } from '../../database/settling.ts';
import { noteTouched } from '../../database/touched.ts';
import { figuresOf, sharing } from '../../lib/facets.ts';
import * as dueFigures from './due-figures.repository.ts';
import type { Year } from './engine.rules.ts';
import { readFactsAndKept } from './facts.repository.ts';
import { write } from './kept-figures.repository.ts';
import { type Changes, compare, type Kept, noChanges, RollUps } from './settling.rules.ts';

// Programs without the settings of a server settle too, each on a connection of its own, so nothing here asks for a pool.

/** So many years of services are in memory at a time. */
const batchSize = 2_000;

/** Settles what the transaction on this connection has made due so far. */
export async function settleOwn(connection: Connection): Promise<void> {
  await settle(connection, await dueFigures.takeOwn(connection));
}

/** Settles what others left behind, as far as one transaction should; false while another server is at it. */
export async function settleLeft(connection: Connection): Promise<boolean> {
  if (!(await dueFigures.isTheOneToSettle(connection))) return false;
  await settle(connection, await dueFigures.takeLeft(connection, batchSize));
  return true;
}

/** Computes every figure again from the facts; nothing is written where they are right. */
export async function settleEverything(connection: Connection): Promise<void> {
  await dueFigures.markEverything(connection);
  await settleOwn(connection);
}

async function settle(connection: Connection, due: dueFigures.Due[]): Promise<void> {
  noteTouched(
    connection,
    due.map(({ serviceId }) => serviceId),
    due.map(({ yearId }) => figuresOf(yearId)),
  );
  const rollUps = new RollUps();
  for (let from = 0; from < due.length; from += batchSize) {
    const changes = await changesOf(connection, due.slice(from, from + batchSize), rollUps);
    if (changes.gone.length + changes.added.length > 0) noteTouched(connection, [], [sharing]);
    const isLast = from + batchSize >= due.length;
    await write(connection, changes, isLast ? rollUps : undefined);
  }
}

/** Facts are read after their services are locked, by statements of their own. */
async function changesOf(connection: Connection, due: dueFigures.Due[], rollUps: RollUps): Promise<Changes> {
  const { facts, years, keys, kept } = await readFactsAndKept(connection, due);
  const changes = noChanges();
  due.forEach(({ serviceId, yearId, isThere, towerId, vendorId }, at) => {
    const dueYear = {
      ...{ serviceId, yearId, owner: { towerId, vendorId } },
      facts: isThere ? facts[at] : undefined,
      kept: kept[at] as Kept,
    };
    compare(dueYear, years.get(yearId) as Year, keys, changes, rollUps);
  });
  return changes;
}
