import { whenStreamEnds } from './events.ts';
import { followOtherTabs } from './other-tabs.ts';

const tickMs = 5_000;
const sleptMs = 20_000;

/** Looks at the session at every moment at which it may have ended unseen. */
export function watchSession(look: () => void) {
  // The server ends the stream soon after the session: signed out, ended by somebody else, or unused for too long.
  whenStreamEnds(look);
  followOtherTabs(look);
  window.addEventListener('online', look);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') look();
  });
  // A machine that slept: nothing was said meanwhile.
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (now - last > sleptMs) look();
    last = now;
  }, tickMs);
}
