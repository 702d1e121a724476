import { act, renderHook } from '@testing-library/react';
import { BrowserRouter } from 'react-router-dom';
import { expect, it } from 'vitest';
import { useTrackerView } from './use-tracker-view.ts';

it('keeps both of two columns that are chosen before the first one is on screen', () => {
  window.history.replaceState(null, '', '/tracker?cols=uid,service');
  const { toggleColumn } = renderHook(useTrackerView, { wrapper: BrowserRouter }).result.current;
  act(() => {
    toggleColumn('owner', true);
    toggleColumn('vendor', true);
  });
  expect(new URLSearchParams(window.location.search).get('cols')?.split(',').sort()).toEqual([
    'owner',
    'service',
    'uid',
    'vendor',
  ]);
});
