import { setTimeout as sleep } from 'node:timers/promises';
import { onDueFigures, onReconnect } from '../../database/tags.ts';
import { logger } from '../../lib/logger.ts';
import { setFiguresAreBeingSettled, settleBeforeCommit } from '../../database/settling.ts';
import { connectionOf, inTransaction, touch, type Transaction } from '../../database/transaction.ts';
import { areAnyDue } from './figures.repository.ts';
import * as settling from './settling.service.ts';

/** For work that reads figures of what it has just written; what comes after is settled before the commit. */
export const settle = (tx: Transaction): Promise<void> => settling.settleOwn(connectionOf(tx));

/** From now on every transaction settles what it made due, and what others leave due is settled here. */
export function startFigures() {
  settleBeforeCommit(settling.settleOwn);
  onDueFigures(() => void settleWhatIsLeft());
  onReconnect(() => void settleWhatIsLeft());
}

const againMs = 100;
const afterFailureMs = 1_000;
let isAtIt = false;
let isCalledAgain = false;

/** One server settles; the others only wait, to know how long figures are behind. */
async function settleWhatIsLeft(): Promise<void> {
  isCalledAgain = true;
  if (isAtIt) return;
  isAtIt = true;
  try {
    while (isCalledAgain) {
      isCalledAgain = false;
      while (await areAnyDue()) {
        setFiguresAreBeingSettled(true);
        if (!(await settleSome())) await sleep(againMs);
      }
    }
    setFiguresAreBeingSettled(false);
  } catch (error) {
    logger.warn('Figures could not be settled; it will be tried again', { error });
    setTimeout(() => void settleWhatIsLeft(), afterFailureMs).unref();
  } finally {
    isAtIt = false;
  }
}

const settleSome = () =>
  inTransaction(['figures'], (tx) => {
    touch(tx, [], []);
    return settling.settleLeft(connectionOf(tx));
  });
