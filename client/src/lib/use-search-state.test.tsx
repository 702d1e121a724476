import { act, renderHook } from '@testing-library/react';
import { BrowserRouter, useNavigate } from 'react-router-dom';
import { beforeEach, expect, it } from 'vitest';
import { pageBy, useAddress } from './use-search-state.ts';

const open = () =>
  renderHook(() => ({ change: useAddress()[1], navigate: useNavigate() }), { wrapper: BrowserRouter }).result;

beforeEach(() => window.history.replaceState(null, '', '/tracker?tower=3'));

it('adds up changes of one moment', () => {
  const { current } = open();
  act(() => {
    current.change({ fy: 'FY26' });
    current.change({ entity: 2, tower: null });
  });
  expect(window.location.search).toBe('?fy=FY26&entity=2');
});

it('keeps a change that is not on screen yet when the next one comes from what is', () => {
  const address = open();
  const { change } = address.current;
  act(() => change({ fy: 'FY26' }));
  act(() => change({ entity: 2 }));
  expect(window.location.search).toBe('?tower=3&fy=FY26&entity=2');
});

it('starts from where the back button went', async () => {
  const address = open();
  act(() => address.current.change({ fy: 'FY26' }));
  await act(async () => {
    window.history.back();
    await new Promise((resolve) => window.addEventListener('popstate', resolve, { once: true }));
  });
  act(() => address.current.change({ entity: 2 }));
  expect(window.location.search).toBe('?tower=3&entity=2');
});

it('does not bring a person back to a page that is being left', () => {
  const { current } = open();
  act(() => {
    void current.navigate('/audit');
    current.change({ q: 'cyber' });
  });
  expect(window.location.pathname + window.location.search).toBe('/audit');
});

it('goes two pages on when "next" is pressed twice before the first one is there', () => {
  const { current } = open();
  act(() => {
    current.change(pageBy(1, 9));
    current.change(pageBy(1, 9));
  });
  expect(window.location.search).toBe('?tower=3&page=3');
  act(() => current.change(pageBy(1, 3)));
  expect(window.location.search).toBe('?tower=3&page=3');
});
