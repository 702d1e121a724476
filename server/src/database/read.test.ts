import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { primaryPool } from './database.ts';
import { readRows } from './read.ts';

test('slow statements are explained once, not each time: a database that is late is not asked still more', async () => {
  const asked = vi.spyOn(primaryPool, 'query');
  const slow = () => readRows({ name: 'test.slow', text: 'SELECT pg_sleep(0.3)' }, z.unknown());
  await Promise.all(Array.from({ length: 5 }, slow));
  await slow();
  const explained = () => asked.mock.calls.filter(([query]) => JSON.stringify(query).startsWith('"EXPLAIN'));
  await vi.waitFor(() => expect(explained()).toHaveLength(1));
  expect(explained()).toHaveLength(1);
  asked.mockRestore();
});
