import { stateWords, type Month } from './closed-months.ts';
import { lockPath, openLockPath } from '../components/icons.tsx';

/**
 * A shut lock: nobody changes it. An open one: it is being closed. Nothing for an open month. A grid shows hundreds of
 * them, so it is plain elements, whose look is in the theme.
 */
export function MonthLock({ month }: { month: Month }) {
  if (month.state === 'OPEN') return null;
  const words = stateWords(month);
  const isClosed = month.state === 'CLOSED';
  return (
    <span className={isClosed ? 'month-lock' : 'month-lock soft'} title={words}>
      <svg viewBox="0 0 24 24" role="img" aria-label={words}>
        <path d={isClosed ? lockPath : openLockPath} />
      </svg>
    </span>
  );
}
