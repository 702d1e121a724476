import { createKey, named } from '../factories/index.ts';
import type { Addresses, Given } from '../harness/addresses.ts';
import { sql } from '../harness/sql.ts';

const reason = 'Because it is mine';
const newVersion = ({ other }: Given) => ({
  validFrom: '2025-04-01',
  drivers: [{ entityId: other, value: '1' }],
});
const newKey = async ({ mine }: Given) => (await createKey([[mine, '1']])).id;

/** A key, and a version of it that is not its only one. */
async function keyVersion(given: Given): Promise<number[]> {
  const id = await newKey(given);
  const [version] = await sql<{ id: number }>(
    `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-07-01') RETURNING id`,
    [id],
  );
  await sql('INSERT INTO allocation_drivers (allocation_key_version_id, entity_id, value) VALUES ($1, $2, 1)', [
    version!.id,
    given.mine,
  ]);
  return [id, version!.id];
}

export const allocationKeys: Addresses = {
  'GET /allocation-keys': { least: 'Viewer' },
  'POST /allocation-keys': {
    least: 'Approver',
    write: (given) => [{ body: { name: named(), driverType: 'People', ...newVersion(given) } }],
  },
  'POST /allocation-keys/:id/preview': {
    least: 'Approver',
    write: async (given) => [{ ids: [await newKey(given)], body: { version: newVersion(given) }, keepsNothing: true }],
  },
  'POST /allocation-keys/:id/versions': {
    least: 'Approver',
    write: async (given) => [{ ids: [await newKey(given)], body: { ...newVersion(given), reason } }],
  },
  'PATCH /allocation-keys/:id/versions/:versionId': {
    least: 'Approver',
    write: async (given) => [{ ids: await keyVersion(given), body: { ...newVersion(given), reason } }],
  },
  'POST /allocation-keys/:id/versions/:versionId/remove': {
    least: 'Approver',
    write: async (given) => [{ ids: await keyVersion(given), body: { reason } }],
  },
};
