import { expect, test } from 'vitest';
import { columnsUnder, underHorizon } from './horizon.ts';

const usual = ['uid', 'budget', 'ytdBudget', 'ytdActual', 'ytdVariance', 'committed'];

test('the columns that compare follow the horizon, and come back as they were', () => {
  expect(columnsUnder(usual, undefined, 'year')).toEqual(['uid', 'budget', 'actual', 'variance', 'committed']);
  const ofMonth = ['uid', 'budget', 'monthBudget', 'monthActual', 'monthVariance', 'committed'];
  expect(columnsUnder(usual, undefined, '7')).toEqual(ofMonth);
  for (const horizon of ['year', '7', undefined])
    expect(columnsUnder(columnsUnder(usual, undefined, horizon), horizon, undefined)).toEqual(usual);
  expect(columnsUnder(ofMonth, '7', '8')).toEqual(ofMonth);
  expect(columnsUnder(['uid', 'owner'], undefined, 'year')).toEqual(['uid', 'owner']);
});

const under = (search: string, to: string | undefined) => underHorizon(new URLSearchParams(search), to);

test('so do the order, the filters and the mark of an address, and other filters stay', () => {
  const address = 'fy=FY26&tower=3&sort=-ytdVariance,uid&ytdVariance.lt=0&mark=ytdVariance&cols=uid,ytdVariance&page=4';
  expect(under(address, '7')).toEqual({
    ...{ horizon: '7', page: null, after: null, 'ytdVariance.lt': null, 'monthVariance.lt': '0' },
    ...{ sort: '-monthVariance,uid', mark: 'monthVariance', cols: 'uid,monthVariance' },
  });
  expect(under('horizon=7&monthBudget.gt=5', undefined)).toMatchObject({ horizon: undefined, 'ytdBudget.gt': '5' });
});

test('the budget of the year stays itself', () => {
  expect(under('horizon=year&sort=-budget&budget.gte=5', undefined)).toEqual({
    ...{ horizon: undefined, page: null, after: null, sort: '-budget' },
  });
});
