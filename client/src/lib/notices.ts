import { useSyncExternalStore } from 'react';

export type Notice = {
  id: number;
  text: string;
  tone: 'info' | 'success' | 'error';
  action?: { label: string; run: () => void };
};

let notice: Notice | null = null;
let nextId = 1;
const listeners = new Set<() => void>();
const publish = (next: Notice | null) => {
  notice = next;
  for (const listener of listeners) listener();
};

/** A short line at the foot of the screen; the newest one wins. */
export const notify = (text: string, { tone = 'info', action }: Partial<Pick<Notice, 'tone' | 'action'>> = {}) =>
  publish({ id: nextId++, text, tone, ...(action && { action }) });
export const dismissNotice = () => publish(null);

export const useNotice = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => notice,
  );
