import { amountTooLarge } from '@opex/contracts/common';
import { describe, expect, test } from 'vitest';
import { createService } from '../../../test/factories/index.ts';
import { servicesStory } from '../../../test/stories/services.ts';

const { reason, planned, patch, budgetOf: read } = await servicesStory();

describe('PATCH /api/budgets/:id', () => {
  test.each([
    ['0', '0.00'],
    ['-0.00', '0.00'],
    ['007.5', '7.50'],
    ['-12.30', '-12.30'],
    ['999999999999.99', '999999999999.99'],
    ['-999999999999.99', '-999999999999.99'],
    ['0000000000000005', '5.00'],
  ])('takes %s as %s', async (given, kept) => {
    const { id } = await planned('1.00');
    expect((await patch(id, 1, { months: { 2: given }, reason }).expect(200)).body.months[1]).toBe(kept);
  });

  test('says of an absurd size how large an amount may be', async () => {
    const { id } = await planned('1.00');
    const { body } = await patch(id, 1, { budget: '240000000000000', reason }).expect(422);
    expect(body.errors).toMatchObject([{ pointer: '/budget', message: amountTooLarge }]);
  });

  test.each([
    [5],
    ['1000000000000'],
    ['-1000000000000.00'],
    ['1.005'],
    ['1e400'],
    ['NaN'],
    ['1,234.56'],
    [' 5 '],
    ['(5)'],
    ['١٢'],
    [{ contains: '' }],
    [[]],
    [''],
    ['+5'],
    ['.5'],
    ['5.'],
    ['100000000000000'],
    [true],
    ['₹5'],
  ])('refuses %j as money, for a year and for a month', async (amount) => {
    const { id } = await planned('1.00');
    const year = await patch(id, 1, { budget: amount, reason }).expect(422);
    expect(year.body.errors[0].pointer).toBe('/budget');
    const month = await patch(id, 1, { months: { 4: amount }, reason }).expect(422);
    expect(month.body.errors[0].pointer).toBe('/months/4');
    await patch(id, 1, { budget: null, reason }).expect(422);
  });

  test.each([
    [{}],
    [{ reason }],
    [{ months: {}, reason }],
    [{ months: { 0: '1' }, reason }],
    [{ months: { 13: '1' }, reason }],
    [{ months: { m01: '1' }, reason }],
    [{ months: ['1'], reason }],
    [{ budget: '1', months: { 1: '1' }, reason }],
    [{ owner: 'Asha', colour: 'red' }],
    [{ owner: { contains: '' } }],
    [{ owner: null }],
    [{ version: 3 }],
    [{ id: 3 }],
    [{ lastRemark: 'not this way' }],
    [{ retiredAt: null }],
    [{ vendorId: '3' }],
    [{ vendorId: 1.5 }],
    [{ vendorId: 2_147_483_648 }],
    [{ serviceType: 'shared' }],
    [{ phasing: null }],
    [{ owner: 'Asha', reason: 'no' }],
    [{ owner: 'x'.repeat(121) }],
    [{ uid: '' }],
    [{ uid: '   ' }],
    [{ uid: null }],
  ])('refuses %j', async (body) => {
    const { id } = await planned('1.00');
    await patch(id, 1, body).expect(422);
    expect((await read(id)).version).toBe(1);
  });

  test.each([
    ['{"owner":"Asha","__proto__":{"admin":true}}', 422],
    ['{"__proto__":{"owner":"Asha"}}', 422],
    ['{"months":{"__proto__":"1.00"},"reason":"prototype"}', 422],
    ['{"months":{"1":"1.00","constructor":"1.00"},"reason":"prototype"}', 422],
    ['{"owner":"Asha","owner":"Ravi"}', 400],
    ['{"owner":"Asha"', 400],
    ['"owner"', 400],
    ['[]', 422],
  ])('answers the body %s with %i', async (body, status) => {
    const { id } = await planned('1.00', { owner: 'nobody' });
    await patch(id, 1, body).expect(status);
    expect(await read(id)).toMatchObject({ version: 1, owner: 'nobody' });
  });

  test.each([
    ['NUL', 'A\u0000B'],
    ['a lone surrogate', 'A\ud800B'],
    ['a zero-width space', 'A\u200bB'],
    ['a direction override', 'A\u202eB'],
    ['a line break', 'A\nB'],
  ])('refuses %s in a code or name', async (_name, text) => {
    const { id } = await planned('1.00');
    await patch(id, 1, { uid: text }).expect(422);
    await patch(id, 1, { owner: text }).expect(422);
  });

  test.each(['<script>alert(1)</script>', '{{7*7}}', "'; DROP TABLE services; --", '=1+1', 'नमस्ते 👋'])(
    'keeps %s as the text it is',
    async (text) => {
      const { id } = await planned('1.00');
      await patch(id, 1, { service: text, description: `${text}\nsecond line` }).expect(200);
      expect(await read(id)).toMatchObject({ service: text, description: `${text}\nsecond line` });
    },
  );

  test.each([
    ['in another case', 'sap-É1'],
    ['with blanks around', '  SAP-É1 '],
    ['in another Unicode form', 'SAP-É1'.normalize('NFD')],
  ])('refuses a UID that exists %s', async (_how, uid) => {
    const taken = await createService({ uid: 'SAP-É1' }).catch(() => undefined);
    const { id } = await planned('1.00');
    const { body } = await patch(id, 1, { uid }).expect(409);
    expect(body.detail ?? body.title).toContain('UID');
    if (taken) await patch(taken.id, 1, { uid: 'sap-É1' }).expect(200); // its own, in another case
    if (taken) await patch(taken.id, 2, { uid: 'SAP-É1' }).expect(200);
  });

  test('refuses an end before the start, whichever of them moves', async () => {
    const { id } = await planned('1.00', { startDate: new Date('2025-04-01'), endDate: new Date('2026-03-31') });
    for (const body of [
      { startDate: '2026-04-01' },
      { endDate: '2025-03-31' },
      { startDate: '2026-01-02', endDate: '2026-01-01' },
    ]) {
      const refused = await patch(id, 1, body).expect(422);
      expect(refused.body.errors[0].pointer).toBe('/endDate');
    }
    await patch(id, 1, { startDate: '2026-03-31' }).expect(200);
    await patch(id, 2, { startDate: null, endDate: '2020-01-01' }).expect(200);
  });

  test.each(['2026-02-30', '01/02/2026', '0000-01-01', '99999-01-01', '2026-1-1', '2026-01-01T00:00:00Z', 20260101])(
    'refuses the date %s',
    async (renewalDate) => {
      const { id } = await planned('1.00');
      const { body } = await patch(id, 1, { renewalDate }).expect(422);
      expect(body.errors[0].pointer).toBe('/renewalDate');
    },
  );

  test.each([
    'vendorId',
    'budgetHeadId',
    'towerId',
    'allocationTypeId',
    'poEntityId',
    'entityId',
    'budgetKeyId',
    'actualKeyId',
  ])('refuses a %s that does not exist', async (field) => {
    const { id } = await planned('1.00');
    const { body } = await patch(id, 1, { [field]: 999_999 }).expect(422);
    expect(JSON.stringify(body)).not.toMatch(/constraint|fkey|SQL|prisma/i);
    expect((await read(id)).version).toBe(1);
  });
});
