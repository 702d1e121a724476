import type { Db } from './database.ts';
import type { Connection } from './settling.ts';

declare const onlyRepositoriesQuery: unique symbol;

/** A transaction as services know it: they pass it on. A repository queries `inside` it. */
export type Transaction = { readonly [onlyRepositoriesQuery]: 'Give this to a repository, which queries inside it' };

const connections = new WeakMap<Transaction, Connection>();

export const inside = (tx: Transaction): Db => tx as unknown as Db;

/** For statements that Prisma cannot say. */
export function connectionOf(tx: Transaction): Connection {
  const connection = connections.get(tx);
  if (!connection) throw new Error('This is no transaction');
  return connection;
}

export const isTransaction = (source: object): source is Transaction => connections.has(source as Transaction);

export function enter(db: Db, connection: Connection): Transaction {
  const tx = db as unknown as Transaction;
  connections.set(tx, connection);
  return tx;
}
