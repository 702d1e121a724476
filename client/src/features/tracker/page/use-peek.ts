import { useCallback, useRef } from 'react';
import type { Beside } from '../../../domain/sheet/keys/use-beside.ts';
import { useAfterPause } from '../../../lib/use-after-pause.ts';
import { useAddress } from '../../../lib/use-search-state.ts';

/** Who holds an arrow key down goes past rows that nobody wants to see. */
const pauseMs = 150;

export const isPeek = (value: string) => Number.isSafeInteger(Number(value)) && Number(value) > 0;

/** The service beside the list: the address says which, it follows the focus, and the way back closes it. */
export function usePeek(rows: readonly { id: number }[]) {
  const [params, change] = useAddress();
  const asked = params.get('peek') ?? '';
  const id = isPeek(asked) ? Number(asked) : undefined;
  const isOpen = id !== undefined;
  const focused = useRef<number>(undefined);
  const { start, cancel } = useAfterPause(pauseMs);

  const show = useCallback(
    (next: number | null) => {
      cancel();
      change({ peek: next }, { replace: isOpen && next !== null });
    },
    [cancel, change, isOpen],
  );
  const onFocus = useCallback(
    (row: number) => {
      focused.current = row;
      if (isOpen) start(() => show(row));
    },
    [isOpen, start, show],
  );
  const toggle = () => {
    const row = rows.find((one) => one.id === focused.current) ?? rows[0];
    show(isOpen ? null : (row?.id ?? null));
  };

  const at = rows.findIndex((row) => row.id === id);
  const beside: Beside = { id, show, toggle, onFocus };
  return { beside, previous: rows[at - 1]?.id, next: at < 0 ? undefined : rows[at + 1]?.id };
}

/** What a panel beside the list is given. */
export type Peek = {
  id: number;
  previous: number | undefined;
  next: number | undefined;
  show: (id: number | null) => void;
};
