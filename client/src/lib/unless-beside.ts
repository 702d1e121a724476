/** A click beside a dialog does not put away what was typed in it; Escape does. */
export const unlessBeside = (close: () => void) => (_event: object, why: 'backdropClick' | 'escapeKeyDown') => {
  if (why !== 'backdropClick') close();
};
