import { expect, test } from 'vitest';
import { sql } from '../../test/harness/sql.ts';
import { database } from './database.ts';
import { databaseProblem } from './problems.ts';

const raised = (state: string) => `DO $$ BEGIN RAISE EXCEPTION 'it says so' USING ERRCODE = '${state}'; END $$`;
const problemOf = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => undefined,
    (error: unknown) => databaseProblem(error),
  );

/** By the driver alone, and by Prisma, which wraps what the driver says. */
test.each([
  ['the driver', (state: string) => problemOf(sql(raised(state)))],
  ['Prisma', (state: string) => problemOf(database.$executeRawUnsafe(raised(state)))],
])('a full disk is told in words, and is no fault of the request: by %s', async (_by, problem) => {
  expect(await problem('53100')).toMatchObject({
    ...{ status: 503, retryAfterSeconds: 30 },
    message: expect.stringContaining('disk of the database is full'),
  });
  expect(await problem('53300')).toMatchObject({ status: 503, retryAfterSeconds: 1 });
  expect(await problem('OP999')).toBeUndefined();
});
