/**
 * Requests that come while the process still gets ready wait a little. With no connection open and nothing at hand, all of
 * them at once would take longer than the rest of the start. Who waits too long is let through, and told what is missing.
 */
const patienceMs = 3_000;
const mostWaiting = 500;

type Guest = () => void;
let guests: Set<Guest> | undefined;

/** From now until `letIn`. */
export const holdGuests = () => void (guests ??= new Set());

export function letIn() {
  const held = guests ?? [];
  guests = undefined;
  for (const enter of held) enter();
}

export function whenReady(url: string | undefined, enter: () => void) {
  if (!guests || guests.size >= mostWaiting || !url?.startsWith('/api/')) {
    enter();
    return;
  }
  const guest = () => {
    clearTimeout(late);
    enter();
  };
  const late = setTimeout(() => {
    guests?.delete(guest);
    enter();
  }, patienceMs).unref();
  guests.add(guest);
}
