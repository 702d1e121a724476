import { editableOf } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';
import { database } from '../../src/database/database.ts';
import { createYear } from './calendar.ts';
import { createEntity, createTower, createVendor } from './masters.ts';
import { createService, everyMonth } from './services.ts';
import { createActual, createOrder } from './spending.ts';
import { written } from './written.ts';

const plain = editableOf(serviceFields).filter(([, { kind }]) => kind === 'line' || kind === 'text');

/** Forty services on which every column has blanks, ties and differences of case, in three years up to FY26. */
export async function createFortyServices() {
  const years = await Promise.all([
    createYear('FY24'),
    createYear('FY25'),
    createYear('FY26', { reportedThrough: 5, state: 'OPEN' }),
  ]);
  const entity = await createEntity();
  const vendors = [await createVendor('zenith'), await createVendor('Acme'), await createVendor('acme two')];
  const towers = [await createTower('Network'), await createTower('cloud')];
  const named = async (create: (name: string) => Promise<{ id: number }>) => [
    await create('Beta'),
    await create('alpha'),
  ];
  const heads = await named((name) => database.budgetHead.create({ data: { name } }));
  const types = await named((name) => database.allocationType.create({ data: { name } }));
  const poEntities = await named((name) => database.poEntity.create({ data: { name } }));
  const ids: number[] = [];
  for (let n = 0; n < 40; n++) {
    const pick = <Item>(items: Item[], every = 1) => items[Math.floor(n / every) % items.length]!;
    const oneOf = (items: { id: number }[], every = 1) => pick([...items.map(({ id }) => id), null], every);
    const day = (...days: (string | null)[]) => pick(days.map((text) => text && new Date(text)));
    const texts = plain.map(
      ([name], index) => [name, pick(['', 'Beta', 'beta', 'alpha two'], 1 + (index % 3))] as const,
    );
    const { id } = await createService({
      ...Object.fromEntries(texts),
      uid: `${pick(['s', 'S'])}${String((n * 7) % 40).padStart(3, '0')}`,
      parentId: n > 5 ? pick([null, ids[0]!, ids[3]!]) : null,
      vendorId: oneOf(vendors),
      vendorService: pick(['', 'Gold', 'gold', 'Silver']),
      service: pick(['Backup', 'backup', 'Archive', 'Mail'], 2),
      description: pick([`${'long '.repeat(60)}${n % 4}`, '', 'Short']),
      startDate: day('2024-04-01', '2025-04-01', null),
      endDate: day(null, '2026-03-31', null, '2027-03-31', '2026-03-31'),
      renewalDate: day('2026-12-01', null, '2026-11-01', '2026-12-01'),
      budgetHeadId: oneOf(heads),
      towerId: oneOf(towers, 3),
      initiativeType: pick(['New', 'Existing', 'Existing']),
      ...(n % 7 === 0 ? { serviceType: 'Shared' } : { entityId: entity.id }),
      allocationTypeId: oneOf(types, 2),
      owner: pick(['Asha', 'ravi', '', 'Asha']),
      poEntityId: oneOf(poEntities),
      lastRemark: pick(['', 'Watch this', `${'word '.repeat(50)}${n % 3}`]),
      retiredAt: pick([null, null, null, new Date()]),
    });
    ids.push(id);
    for (const [index, year] of years.entries()) {
      const month = `${((n * 37 + index * 11) % 13) * 100 - (n % 5)}.${10 + (n % 7)}`;
      if (n % 6 > 0)
        await written((tx) =>
          tx.planLine.create({
            data: { planVersionId: year.planId, serviceId: id, m01: month, m06: n % 2 ? null : '0.01' },
          }),
        );
      if (n % 5 > 0)
        await createActual({
          serviceId: id,
          entityId: entity.id,
          fiscalYearId: year.id,
          months: [`${n % 9}.99`, '-3.50', ...everyMonth('1.01').slice(2)],
        });
    }
    if (n % 4 === 0)
      await createOrder({ serviceId: id, fiscalYearId: years[2].id, ordered: `${(n % 3) * 50}.25`, invoiced: '20.00' });
  }
}
