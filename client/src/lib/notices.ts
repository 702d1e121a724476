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

/** A short line above the page; the newest one wins. Gives the id by which it can be taken away. */
export function notify(text: string, { tone = 'info', action }: Partial<Pick<Notice, 'tone' | 'action'>> = {}): number {
  const id = nextId++;
  publish({ id, text, tone, ...(action && { action }) });
  return id;
}
export const dismissNotice = (id = notice?.id) => {
  if (id === notice?.id) publish(null);
};

export const useNotice = () => useSyncExternalStore(subscribe, () => notice);
