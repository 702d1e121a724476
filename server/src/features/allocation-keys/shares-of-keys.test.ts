import { describe, expect, test } from 'vitest';
import { createActual, createKey, createOrder, createService, everyMonth } from '../../../test/factories/index.ts';
import { toUnits } from '../../lib/amounts/money.ts';
import { keysStory } from '../../../test/stories/keys.ts';

const { year, approver, shared, entities, net } = await keysStory();

describe('what falls on each entity', () => {
  test.each([
    ['182.25 by 98/2', '182.25', ['98', '2'], ['178.61', '3.64']],
    [
      '100.00 by six equal',
      '100.00',
      Array<string>(6).fill('1'),
      [...Array<string>(4).fill('16.67'), '16.66', '16.66'],
    ],
    ['-100.00 by three equal', '-100.00', ['7.5', '7.5', '7.5'], ['-33.34', '-33.33', '-33.33']],
    ['0.01 by three equal', '0.01', ['1', '1', '1'], ['0.01', '0.00', '0.00']],
    ['very uneven drivers', '1.00', ['999999999999', '0.00000001'], ['1.00', '0.00']],
    ['the branch of a tree', '300001.00', ['120', '45', '35'], ['180000.60', '67500.23', '52500.17']],
  ])('is exact: %s', async (_name, amount, drivers, expected) => {
    const ids = await entities(drivers.length);
    const key = await createKey(drivers.map((value, index) => [ids[index]!, value]));
    const service = await shared({ budgetKeyId: key.id }, amount);
    expect(await net(service.id)).toEqual(expected.map((share, index) => [ids[index], share]));
  });

  test('is everything, also where the shares in the file add up to 100.01', async () => {
    const ids = await entities(3);
    const key = await createKey([
      [ids[0]!, '33.34'],
      [ids[1]!, '33.34'],
      [ids[2]!, '33.33'],
    ]);
    const service = await shared({ budgetKeyId: key.id }, '1000000.00');
    const shares = await net(service.id);
    expect(shares.reduce((sum, [, share]) => sum + toUnits(share), 0n)).toBe(100_000_000n);
    expect(shares.map(([, share]) => share)).toEqual(
      ['333366.66', '333366.67', '333266.67'].toSorted((a, b) => Number(b) - Number(a)),
    );
  });

  test('is no row for an entity with a driver of zero', async () => {
    const [none, one, two] = (await entities(3)) as [number, number, number];
    const key = await createKey([
      [none, '0'],
      [one, '1'],
      [two, '1'],
    ]);
    const service = await shared({ budgetKeyId: key.id }, '100.01');
    expect(await net(service.id)).toEqual([
      [one, '50.01'],
      [two, '50.00'],
    ]);
  });

  test('is nobody’s, in full and visibly, without a key, without drivers, and before the key begins', async () => {
    const [entity] = (await entities(1)) as [number];
    const zero = await createKey([[entity, '0']]);
    const late = await createKey([[entity, '1']], '2025-06-01');
    for (const budgetKeyId of [undefined, zero.id]) {
      const service = await shared(budgetKeyId ? { budgetKeyId } : {}, '10.00');
      await createActual({ serviceId: service.id, entityId: entity, fiscalYearId: year.id, months: ['-3.00'] });
      expect(await net(service.id, 'budget')).toEqual([[null, '10.00']]);
      expect(await net(service.id, 'actual')).toEqual([[null, '-3.00']]);
    }
    const service = await shared({ budgetKeyId: late.id }, '10.00', '20.00', '40.00');
    expect(await net(service.id, 'budget')).toEqual([
      [entity, '40.00'],
      [null, '30.00'],
    ]);
  });

  test('goes by the actual key for actuals, and by the budget key where there is none', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const [budgetKey, actualKey] = [
      await createKey([
        [a, '60'],
        [b, '40'],
      ]),
      await createKey([
        [a, '55'],
        [b, '45'],
      ]),
    ];
    // The variance example of domain.md 5.
    for (const [keys, expected] of [
      [{ budgetKeyId: budgetKey.id, actualKeyId: actualKey.id }, ['693000.00', '567000.00']],
      [{ budgetKeyId: budgetKey.id }, ['756000.00', '504000.00']],
    ] as const) {
      const service = await shared(keys, '1200000.00');
      await createActual({ serviceId: service.id, entityId: b, fiscalYearId: year.id, months: ['1260000.00'] });
      expect((await net(service.id, 'budget')).map(([, share]) => share)).toEqual(['720000.00', '480000.00']);
      expect((await net(service.id, 'actual')).map(([, share]) => share)).toEqual(expected);
    }
  });

  test('of a dedicated service is all of it, whoever was booked and whatever key it has', async () => {
    const [mine, other] = (await entities(2)) as [number, number];
    const key = await createKey([[other, '1']]);
    const service = await createService(
      { entityId: mine, budgetKeyId: key.id },
      { planId: year.planId, months: everyMonth('33.33') },
    );
    await createActual({ serviceId: service.id, entityId: other, fiscalYearId: year.id, months: ['5.00'] });
    await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '9.00', invoiced: '2.00' });
    for (const [column, amount] of [
      ['budget', '399.96'],
      ['actual', '5.00'],
      ['committed', '7.00'],
      ['ytd_budget', '199.98'],
    ])
      expect(await net(service.id, column)).toEqual([[mine, amount]]);
  });

  test('before a later version of the key begins stays what it was', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const key = await createKey([
      [a, '1'],
      [b, '1'],
    ]);
    const service = await createService(
      { serviceType: 'Shared', budgetKeyId: key.id },
      { planId: year.planId, months: everyMonth('100.00') },
    );
    await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '100.00' });
    const body = {
      validFrom: '2025-10-01',
      drivers: [
        { entityId: a, value: '25' },
        { entityId: b, value: '75' },
      ],
      reason: 'Counted again',
    };
    const add = (version: object) => approver.post(`/api/allocation-keys/${key.id}/versions`).send(version);
    await add(body).expect(201);
    expect([await net(service.id, 'b06'), await net(service.id, 'b07')]).toEqual([
      [
        [a, '50.00'],
        [b, '50.00'],
      ],
      [
        [a, '25.00'],
        [b, '75.00'],
      ],
    ]);
    expect(await net(service.id, 'budget')).toEqual([
      [a, '450.00'],
      [b, '750.00'],
    ]);
    expect(await net(service.id, 'ytd_budget')).toEqual([
      [a, '300.00'],
      [b, '300.00'],
    ]);
    expect(await net(service.id, 'committed')).toEqual([
      [a, '25.00'],
      [b, '75.00'],
    ]); // by the key at the end of the year

    await add({ ...body, validFrom: '2026-04-01' }).expect(201); // next year: nothing moves in this one
    expect(await net(service.id, 'budget')).toEqual([
      [a, '450.00'],
      [b, '750.00'],
    ]);
    await add({ ...body, drivers: [{ entityId: a, value: '1' }], validFrom: '2025-12-01' }).expect(201); // between two others
    expect(await net(service.id, 'b08')).toEqual([
      [a, '25.00'],
      [b, '75.00'],
    ]);
    expect(await net(service.id, 'b09')).toEqual([
      [a, '100.00'],
      [b, '0.00'],
    ]);
  });
});
