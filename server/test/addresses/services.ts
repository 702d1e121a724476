import { expect } from 'vitest';
import { named } from '../factories/index.ts';
import type { Addresses, Given } from '../harness/addresses.ts';
import { sql } from '../harness/sql.ts';

const reason = 'Because it is mine';
const fy = '?fy=FY26';

/** A service with one change of its owner in its history. */
async function changed({ id }: { id: number }, { byWhole }: Given) {
  const answer = await byWhole('PATCH /budgets/:id', { ids: [id], query: fy, body: { owner: 'Before' } });
  expect(answer.status).toBe(200);
  await sql('UPDATE services SET version = 1 WHERE id = $1', [id]);
  const [last] = await sql<{ id: number }>('SELECT max(id)::int AS id FROM audit_entries WHERE subject_id = $1', [id]);
  return [id, last!.id];
}

export const services: Addresses = {
  'GET /budgets': {
    least: 'Viewer',
    read: { query: ({ entity }) => `?fy=FY26&with=months&entity=${entity}` },
  },
  'PATCH /budgets': {
    least: 'Editor',
    write: async ({ hidden, shared, visible }) => {
      const change = ({ id }: { id: number }) => ({ id, version: 1, owner: 'Me' });
      return [
        { query: fy, body: { changes: [change(await visible()), change(await hidden())] } },
        { query: fy, body: { changes: [change(await visible()), change(await shared())] } },
        { query: fy, body: { reason, changes: [{ id: (await hidden()).id, version: 1, months: { 1: '1.00' } }] } },
      ];
    },
  },
  'GET /budgets/file': {
    least: 'Viewer',
    read: { query: ({ entity }) => `?fy=FY26&format=csv&entity=${entity}` },
  },
  'GET /budgets/:id': { least: 'Viewer', read: { id: ({ service }) => service, status: 404 } },
  'PATCH /budgets/:id': {
    least: 'Editor',
    write: async ({ mine, other, hidden, shared, visible }) => [
      { ids: [(await hidden()).id], query: fy, body: { owner: 'Me' } },
      { ids: [(await hidden()).id], query: fy, body: { entityId: mine } },
      { ids: [(await shared()).id], query: fy, body: { budget: '1.00', reason } },
      { ids: [(await visible()).id], query: fy, body: { entityId: other }, refused: 422 },
      { ids: [(await visible()).id], query: fy, body: { parentUid: (await hidden()).uid }, refused: 422 },
    ],
  },
  'POST /services': {
    least: 'Editor',
    write: async ({ mine, other, hidden }) => [
      { body: { uid: named() }, refused: 422 },
      { body: { uid: named(), entityId: other }, refused: 422 },
      { body: { uid: named(), serviceType: 'Shared' }, refused: 422 },
      { body: { uid: named(), entityId: mine, parentUid: (await hidden()).uid }, refused: 422 },
    ],
  },
  'GET /services/:id': { least: 'Viewer', read: { id: ({ service }) => service, status: 404 } },
  'POST /services/:id/retire': {
    least: 'Approver',
    write: async ({ hidden, shared }) => [
      { ids: [(await hidden()).id], body: { reason } },
      { ids: [(await shared()).id], body: { reason } },
    ],
  },
  'POST /services/:id/reinstate': {
    least: 'Approver',
    write: async ({ hidden, shared }) => [
      { ids: [(await hidden({ retiredAt: new Date() })).id], body: { reason } },
      { ids: [(await shared({ retiredAt: new Date() })).id], body: { reason } },
    ],
  },
  'GET /services/:id/months': {
    least: 'Viewer',
    read: { id: ({ service }) => service, query: () => fy, status: 404 },
  },
  'GET /services/:id/entities': {
    least: 'Viewer',
    read: { id: ({ service }) => service, query: () => fy, status: 404 },
  },
  'GET /services/:id/remarks': { least: 'Viewer', read: { id: ({ service }) => service, status: 404 } },
  'POST /services/:id/remarks': {
    least: 'Editor',
    write: async ({ hidden }) => [{ ids: [(await hidden()).id], body: { text: 'Mine' } }],
  },
  'GET /services/:id/history': { least: 'Viewer', read: { id: ({ service }) => service, status: 404 } },
  'POST /services/:id/history/:entryId/restore': {
    least: 'Editor',
    write: async (given) => [
      { ids: await changed(await given.hidden(), given), body: { field: 'owner', reason } },
      { ids: await changed(await given.shared(), given), body: { field: 'owner', reason } },
    ],
  },
};
