import type { NewApiKey } from '@opex/contracts/api-keys';
import type { Person } from '../harness/as.ts';

/** A key that its owner makes, and the headers that go by it. */
export async function makeKey(owner: Person, permissions: string[], expiresInDays = 1) {
  const { body } = await owner
    .post('/api/api-keys')
    .send({ name: 'Nightly load', permissions, expiresInDays })
    .expect(201);
  const key = body as NewApiKey;
  return { ...key, headers: { authorization: `Bearer ${key.key}` } };
}
