import { named, written } from './written.ts';

/** A flat key; drivers as `[[entityId, "98"], ...]`. */
export const createKey = (drivers: [entityId: number, value: string][], validFrom = '2020-04-01') =>
  written(async (tx) => {
    const key = await tx.allocationKey.create({ data: { name: named(), driverType: 'Headcount' } });
    await tx.allocationKeyVersion.create({
      data: {
        allocationKeyId: key.id,
        validFrom: new Date(validFrom),
        allocationDrivers: { createMany: { data: drivers.map(([entityId, value]) => ({ entityId, value })) } },
      },
    });
    return key;
  });
