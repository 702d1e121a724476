import type { Connection } from '../../database/settling.ts';
import { noteTouched } from '../../database/touched.ts';
import { figuresOf, sharing } from '../../lib/facets.ts';
import type { Year } from './engine.rules.ts';
import * as repository from './figures.repository.ts';
import { type Changes, compare, noChanges, RollUps } from './settling.rules.ts';

/** So many years of services are in memory at a time. */
const batchSize = 2_000;

/** Settles what the transaction on this connection has made due so far. */
export async function settleOwn(connection: Connection): Promise<void> {
  await settle(connection, await repository.takeOwn(connection));
}

/** Settles what others left behind, as far as one transaction should; false while another server is at it. */
export async function settleLeft(connection: Connection): Promise<boolean> {
  if (!(await repository.isTheOneToSettle(connection))) return false;
  await settle(connection, await repository.takeLeft(connection, batchSize));
  return true;
}

/** Computes every figure again from the facts; nothing is written where they are right. */
export async function settleEverything(connection: Connection): Promise<void> {
  await repository.markEverything(connection);
  await settleOwn(connection);
}

async function settle(connection: Connection, due: repository.Due[]): Promise<void> {
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
    await repository.write(connection, changes, isLast ? rollUps : undefined);
  }
}

async function changesOf(connection: Connection, due: repository.Due[], rollUps: RollUps): Promise<Changes> {
  const { dueYears, years, keys } = await repository.readFacts(connection, due);
  const changes = noChanges();
  for (const dueYear of dueYears) compare(dueYear, years.get(dueYear.yearId) as Year, keys, changes, rollUps);
  return changes;
}
