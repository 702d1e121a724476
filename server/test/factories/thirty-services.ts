import { createKey } from './allocation-keys.ts';
import { createYear } from './calendar.ts';
import { createEntity, createTower, createVendor } from './masters.ts';
import { createService } from './services.ts';
import { createActual, createOrder } from './spending.ts';

type Named = { id: number; name: string };

/** A company of thirty services: towers, vendors, shared and dedicated, over and under, in FY25 and FY26. */
export async function createThirtyServices({ through }: { through: number }) {
  const previous = await createYear('FY25');
  const year = await createYear('FY26', { reportedThrough: through });
  const entities: Named[] = [];
  const services: { id: number; uid: string }[] = [];
  for (const name of ['North', 'South', 'West']) entities.push(await createEntity(name));
  const key = await createKey(entities.map(({ id }, index) => [id, String(index + 1)]));
  const towers = [await createTower('Cloud'), await createTower('Mail'), undefined];
  const vendors: Named[] = [];
  for (let n = 0; n < 10; n++) vendors.push(await createVendor(`Vendor ${n}`));
  for (let n = 0; n < 30; n++) {
    const towerId = towers[n % 3]?.id ?? null;
    const vendorId = n % 11 === 10 ? null : vendors[n % 11]!.id;
    const owned = n % 2 ? { serviceType: 'Shared', budgetKeyId: key.id } : { entityId: entities[n % 3]!.id };
    const amount = (index: number, factor: number) =>
      `${((n * 31 + index * 17) % 50) * factor}.${10 + ((n + index) % 90)}`;
    const months = (factor: number) =>
      Array.from({ length: 12 }, (_, index) => (index === n % 12 ? null : amount(index, factor)));
    const service = await createService({ towerId, vendorId, ...owned }, { planId: year.planId, months: months(10) });
    services.push(service);
    const fact = { serviceId: service.id, entityId: entities[n % 3]!.id };
    await createActual({ ...fact, fiscalYearId: year.id, months: months(n % 4 === 0 ? 14 : 8).slice(0, through + 1) });
    await createActual({ ...fact, fiscalYearId: previous.id, months: months(7) });
    if (n % 5 === 0)
      await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '100.10', invoiced: `${n * 5}` });
  }
  return { previous, year, entities, services };
}
