import type pg from 'pg';

/** A connection within a transaction. */
export type Connection = pg.ClientBase;

/** What a transaction still owes when its work is done; nothing is kept of it if this fails. */
type Settle = (connection: Connection) => Promise<unknown>;
let settle: Settle = () => Promise.resolve();

export const settleBeforeCommit = (by: Settle) => (settle = by);
export const settleWhatIsOwed: Settle = (connection) => settle(connection);

let waiting = false;

/** Facts were written past this server a moment ago, and figures do not hold them yet. */
export const figuresAreBeingSettled = () => waiting;
export const setFiguresAreBeingSettled = (are: boolean) => (waiting = are);
