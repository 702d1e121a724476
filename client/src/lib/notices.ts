import { useSyncExternalStore } from 'react';
import { createListeners } from './listeners.ts';

export type Notice = {
  id: number;
  text: string;
  tone: 'info' | 'success' | 'error';
  action?: { label: string; run: () => void };
};

let notice: Notice | null = null;
let nextId = 1;
const { subscribe, tell } = createListeners();
const publish = (next: Notice | null) => {
  notice = next;
  tell();
};

/** A short line at the foot of the screen; the newest one wins. */
export const notify = (text: string, { tone = 'info', action }: Partial<Pick<Notice, 'tone' | 'action'>> = {}) =>
  publish({ id: nextId++, text, tone, ...(action && { action }) });
export const dismissNotice = () => publish(null);

export const useNotice = () => useSyncExternalStore(subscribe, () => notice);
