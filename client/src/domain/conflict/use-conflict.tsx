import { useEffect, useRef, useState, type ComponentProps } from 'react';
import { ConflictDialog, type Choice, type Difference } from './conflict-dialog.tsx';

type Asked = { differences: readonly Difference[]; choose: (mine: Choice) => void };
type Look = Omit<ComponentProps<typeof ConflictDialog>, 'differences' | 'onChoose'>;

/** `ask` waits for the person's choice; `conflict` has to be shown for it. */
export function useConflict(look: Look = {}) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const giveUp = useRef<() => void>(undefined);
  // A page that is left cannot ask any more.
  useEffect(() => () => giveUp.current?.(), []);

  const ask = (differences: readonly Difference[]) =>
    new Promise<Choice>((resolve) => {
      const choose = (mine: Choice) => {
        setAsked(null);
        resolve(mine);
      };
      giveUp.current = () => choose(null);
      setAsked({ differences, choose });
    });
  const conflict = asked && <ConflictDialog {...look} differences={asked.differences} onChoose={asked.choose} />;
  return { ask, conflict };
}
