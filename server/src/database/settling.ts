import type pg from 'pg';

/** A connection within a transaction. */
export type Connection = pg.ClientBase;

/** Computes the figures that the work of a transaction made due (`figures.service` says how). If it fails, nothing of the transaction is kept. */
type Settle = (connection: Connection) => Promise<unknown>;
let settle: Settle = () => Promise.resolve();

export const settleBeforeCommit = (by: Settle) => (settle = by);
export const settleWhatIsOwed: Settle = (connection) => settle(connection);

let waiting = false;

/** Another program wrote facts a moment ago, and the figures do not show them yet. */
export const figuresAreBeingSettled = () => waiting;
export const setFiguresAreBeingSettled = (are: boolean) => (waiting = are);
