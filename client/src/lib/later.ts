import { lazy, type ComponentType } from 'react';
import { codeOf, type Code } from './code.ts';

const parts = new Set<() => Promise<unknown>>();

/**
 * A part that a page does not begin with. Its code comes when it is opened, or once the page is on screen. Never what asks
 * about something that was typed: that would be lost where the code cannot be fetched.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const code = codeOf(load);
  parts.add(code.load);
  return drawn(code);
}

/** Loads all such parts, so that they open even when the server is away or has a newer version. */
export function loadParts() {
  for (const load of parts) load().catch(() => undefined);
}

/**
 * What is here is drawn at once. Of any promise, even of one that is kept, React draws first that it waits for it, and then nothing
 * new for 0.3 s.
 */
export const drawn = <Props extends object>(code: Code<ComponentType<Props>>) =>
  lazy(() => {
    const { here } = code;
    return here ? atOnce({ default: here }) : code.load().then((part) => ({ default: part }));
  });

const atOnce = <Value>(value: Value) =>
  ({ then: (take: (value: Value) => void) => take(value) }) as unknown as Promise<Value>;
