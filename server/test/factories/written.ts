import { randomUUID } from 'node:crypto';
import { type Db } from '../../src/database/database.ts';
import { inside } from '../../src/database/inside.ts';
import { inTransaction } from '../../src/database/transaction.ts';

/** Facts that tests put into the database by hand, as any writer of the server does: with their figures, and the caches are told. */
export const written = <Result>(work: (tx: Db) => Promise<Result>) =>
  inTransaction(['access', 'figures', 'masters'], (tx) => work(inside(tx)));

export const named = () => `Name ${randomUUID().slice(0, 8)}`;
