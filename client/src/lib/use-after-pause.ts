import { useCallback, useEffect, useRef } from 'react';

/** Does the last of what comes in a burst, once nothing has come for so long; nothing when the component is gone. */
export function useAfterPause(pauseMs: number) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const cancel = useCallback(() => clearTimeout(timer.current), []);
  const start = useCallback(
    (work: () => void) => {
      cancel();
      timer.current = setTimeout(work, pauseMs);
    },
    [cancel, pauseMs],
  );
  useEffect(() => cancel, [cancel]);
  return { start, cancel };
}
