import { describe, expect, test } from 'vitest';
import { figuresOf, toDate, towersOf, type YearOfTower } from './dashboard.rules.ts';

const months = (...amounts: string[]) => [...amounts, ...Array<string>(12 - amounts.length).fill('0.00')];
const tower = (name: string, budget: string[], actual: string[], committed = '0.00'): YearOfTower => ({
  towerId: name.length,
  tower: name,
  budget: months(...budget),
  actual: months(...actual),
  committed,
});

describe('budget against actual', () => {
  test.each([
    ['over', 120_000_000n, 126_000_000n, '-60000.00', '-5.0'],
    ['under', 126_000_000n, 120_000_000n, '60000.00', '4.8'],
    ['on budget', 100n, 100n, '0.00', '0.0'],
    ['unbudgeted', 0n, 500n, '-5.00', null],
    ['a credit that was planned', -10_000n, -9_000n, '-10.00', '-10.0'],
    ['nothing at all', 0n, 0n, '0.00', null],
  ])('%s', (_what, budget, actual, ytdVariance, ytdVariancePercent) => {
    expect(toDate(budget, actual)).toMatchObject({ ytdVariance, ytdVariancePercent });
  });
});

describe('a year', () => {
  const towers = [
    tower('Cloud', ['100.00', '100.00', '100.00'], ['110.01', '95.00'], '30.00'),
    tower('Mail', ['0.10', '0.20'], ['0.30', '0.00', '7.00']),
  ];

  test('adds up its towers, to date and as a whole, and heads for what is spent plus what is left of the plan', () => {
    const { totals, months: byMonth } = figuresOf(towers, 2, { first: 3, last: 3 });
    expect(totals).toEqual({
      budget: '300.30',
      actual: '212.31',
      committed: '30.00',
      available: '57.99',
      outlook: '305.31', // 205.31 to date, and 100.00 still to come; the 7.00 booked ahead are no month yet
      ytdBudget: '200.30',
      ytdActual: '205.31',
      ytdVariance: '-5.01',
      ytdVariancePercent: '-2.5',
      compared: { budget: '100.00', actual: '7.00', variance: '93.00', variancePercent: '93.0' },
    });
    expect(byMonth.slice(0, 4)).toEqual([
      { budget: '100.10', actual: '110.31' },
      { budget: '100.20', actual: '95.00' },
      { budget: '100.00', actual: '7.00' },
      { budget: '0.00', actual: '0.00' },
    ]);
  });

  test('has nothing to date before it begins, and everything when it is over', () => {
    expect(figuresOf(towers, 0, { first: 1, last: 0 }).totals).toMatchObject({
      ytdBudget: '0.00',
      ytdActual: '0.00',
      outlook: '300.30',
      compared: { budget: '0.00' },
    });
    expect(figuresOf(towers, 12, { first: 1, last: 12 }).totals).toMatchObject({
      ytdBudget: '300.30',
      ytdActual: '212.31',
      outlook: '212.31',
      compared: { budget: '300.30' },
    });
  });

  test('leaves out towers that have nothing in it, and keeps one with no more than an order', () => {
    const [empty, ordered] = [tower('Empty', [], []), tower('Ordered', [], [], '5.00')];
    expect(towersOf([...towers, empty, ordered], 1, { first: 1, last: 1 }).map(({ tower: name }) => name)).toEqual([
      'Cloud',
      'Mail',
      'Ordered',
    ]);
    expect(towersOf([tower('Balanced', ['5.00', '-5.00'], ['1.00'])], 1, { first: 2, last: 2 })).toMatchObject([
      { ytdBudget: '5.00', compared: { budget: '-5.00', actual: '0.00' } },
    ]);
  });
});
