import { lazy, type ComponentType } from 'react';

const parts = new Set<() => Promise<unknown>>();

/**
 * A part that a page does not begin with. Its code comes when it is opened, or once the page is on screen. Never what asks
 * about something that was typed: that would be lost where the code cannot be fetched.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  parts.add(load);
  return lazy(async () => ({ default: await load() }));
}

/** Loads all such parts, so that they open even when the server is away or has a newer version. */
export function loadParts() {
  for (const load of parts) load().catch(() => undefined);
}
