import { problem } from '@opex/contracts/errors';
import type { Response } from 'supertest';
import { expect } from 'vitest';
import { z } from 'zod';

/** Words that only our insides use. */
const internals =
  /node_modules|\.[tj]s:\d|\/work\/|prisma|\bzod\b|postgres|ECONN|SELECT |INSERT |constraint|relation |column |at Object\.|undefined/i;

/** An error as the API promises it: problem+json of this status, in words, without internals. */
export function expectProblem(response: Response, status: number) {
  expect({ status: response.status, body: response.body }).toMatchObject({ status });
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(response.headers['cache-control']).toBe('no-store');
  const body = z.strictObject(problem.shape).parse(response.body);
  expect(body).toMatchObject({ status, requestId: response.headers['x-request-id'] });
  expect(response.text).not.toMatch(internals);
  return body;
}
