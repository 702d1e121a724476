import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { QuickSearch } from './quick-search.tsx';

const asked = vi.fn();
const search = (value: string) => <QuickSearch label="Search" value={value} onChange={asked} />;
const type = (words: string) => fireEvent.change(screen.getByRole('searchbox'), { target: { value: words } });
const pause = () => {
  act(() => void vi.advanceTimersByTime(300));
};
const words = () => screen.getByRole<HTMLInputElement>('searchbox').value;

beforeEach(() => {
  asked.mockClear();
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

it('keeps what is typed while the address still catches up with what was typed before', () => {
  const { rerender } = render(search(''));
  type('cy ');
  pause();
  type('cy sec');
  rerender(search('cy'));
  expect(words()).toBe('cy sec');
  pause();
  expect(asked.mock.calls).toEqual([['cy'], ['cy sec']]);
});

it('follows the address when something else has changed it, and forgets what was not searched for yet', () => {
  const { rerender } = render(search('cy'));
  type('cyb');
  rerender(search(''));
  expect(words()).toBe('');
  pause();
  expect(asked).not.toHaveBeenCalled();
});
