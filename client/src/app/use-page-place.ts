import { useLayoutEffect, useRef, type RefObject } from 'react';
import { NavigationType, useLocation, useNavigationType } from 'react-router-dom';
import { useEntryState } from '../lib/use-entry-state.ts';

/** Finds a control again: by its link or its name, and by its place among others with the same one. */
type Control = { selector: string; index: number };
type Place = { top: number; control?: Control };

const longestMs = 8_000;
const giveUpOn = ['wheel', 'pointerdown', 'keydown', 'touchstart'] as const;

/** Back and forward restore a page as the reader left it: scrolled as far, with the same control focused. */
export function usePagePlace(main: RefObject<HTMLElement | null>) {
  const { pathname } = useLocation();
  const isBack = useNavigationType() === NavigationType.Pop;
  const { key, found, remember } = useEntryState<Place>('page');
  const place = useRef<Place>({ top: 0 });

  useLayoutEffect(() => {
    if (!isBack) main.current?.scrollTo({ top: 0 });
  }, [main, pathname, isBack]);

  // This runs before the next page is drawn. A shorter page moves the scroll position, and that must not count as scrolling here.
  useLayoutEffect(() => {
    const page = main.current;
    if (!page) return;
    place.current = found ?? { top: page.scrollTop };
    const stop = found ? restore(page, found) : () => undefined;
    const change = (changes: Partial<Place>) => {
      place.current = { ...place.current, ...changes };
      remember(place.current);
    };
    const onScroll = () => change({ top: page.scrollTop });
    const onFocus = ({ target }: FocusEvent) => {
      const control = target instanceof HTMLElement ? controlOf(page, target) : undefined;
      if (control) change({ control });
    };
    page.addEventListener('scroll', onScroll, { passive: true });
    page.addEventListener('focusin', onFocus);
    return () => {
      stop();
      page.removeEventListener('scroll', onScroll);
      page.removeEventListener('focusin', onFocus);
    };
  }, [main, key, found, remember]);
}

function controlOf(page: HTMLElement, target: HTMLElement): Control | undefined {
  if (target.closest('[role=grid]')) return undefined; // a grid looks after its own cells
  const attribute = ['href', 'aria-label'].find((name) => target.hasAttribute(name));
  if (!attribute) return undefined;
  const selector = `[${attribute}="${CSS.escape(target.getAttribute(attribute) ?? '')}"]`;
  return { selector, index: [...page.querySelectorAll(selector)].indexOf(target) };
}

/** Tries until the page is as it was, because its content may still be loading. Stops as soon as the reader does something. */
function restore(page: HTMLElement, { top, control }: Place) {
  const until = performance.now() + longestMs;
  let frame = requestAnimationFrame(attempt);
  const stop = () => {
    cancelAnimationFrame(frame);
    for (const act of giveUpOn) window.removeEventListener(act, stop, true);
  };
  for (const act of giveUpOn) window.addEventListener(act, stop, true);

  function attempt() {
    const wanted = control && page.querySelectorAll<HTMLElement>(control.selector)[control.index];
    page.scrollTop = top;
    if (wanted && document.activeElement === document.body) wanted.focus({ preventScroll: true });
    const isThere = Math.abs(page.scrollTop - top) <= 1 && (!control || wanted);
    if (isThere || performance.now() > until) stop();
    else frame = requestAnimationFrame(attempt);
  }
  return stop;
}
