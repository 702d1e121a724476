import { type MasterKind, masterKinds } from '@opex/contracts/masters';
import { tableOf } from '../../src/database/list/catalogue.ts';
import { named } from '../factories/index.ts';
import { type Address, type Addresses, ofNone, ofTheWhole, type Question } from '../harness/addresses.ts';
import { sql } from '../harness/sql.ts';

const reason = 'Because it is mine';

async function newMaster(kind: MasterKind) {
  const text = `INSERT INTO ${tableOf(kind)} (name) VALUES ($1) RETURNING id`;
  return (await sql<{ id: number }>(text, [named()]))[0]!.id;
}

/** What the list of a kind is asked, and one of it. */
const reads: Partial<Record<MasterKind, [list: Question, one: Question]>> = {
  entities: [{ query: ({ mark }) => `?q=${mark}` }, { id: ({ entity }) => entity, status: 404 }],
  towers: [ofNone, { id: ({ tower }) => tower, ...ofNone }],
  vendors: [ofNone, { id: ({ vendor }) => vendor, ...ofNone }],
};
const nothing: [Question, Question] = [
  { ...ofNone, isEmpty: 'this kind is of no entity' },
  { id: () => 1, status: 404, ...ofNone },
];

function ofKind(kind: MasterKind): [string, Address][] {
  const [list, one] = reads[kind] ?? nothing;
  const mergedIntoNew = async () => ({ intoId: await newMaster(kind), intoVersion: 1, reason });
  return [
    [`GET /${kind}`, { least: 'Viewer', read: list }],
    [`POST /${kind}`, { least: 'Approver', write: () => [{ body: { name: named() } }] }],
    [`GET /${kind}/:id`, { least: 'Viewer', read: one }],
    [
      `PATCH /${kind}/:id`,
      { least: 'Approver', write: async () => [{ ids: [await newMaster(kind)], body: { name: named() } }] },
    ],
    [`DELETE /${kind}/:id`, { least: 'Approver', write: async () => [{ ids: [await newMaster(kind)] }] }],
    [
      `POST /${kind}/:id/merge`,
      { least: 'Approver', write: async () => [{ ids: [await newMaster(kind)], body: await mergedIntoNew() }] },
    ],
  ];
}

export const masters: Addresses = {
  ...Object.fromEntries(masterKinds.flatMap(ofKind)),
  'GET /master-merges': { least: 'Approver', read: { ...ofTheWhole, isEmpty: 'it takes the whole' } },
  'POST /master-merges/:id/undo': {
    least: 'Approver',
    write: async ({ byWhole }) => {
      const [from, into] = [await newMaster('towers'), await newMaster('towers')];
      await byWhole('POST /towers/:id/merge', { ids: [from], body: { intoId: into, intoVersion: 1, reason } });
      const [merge] = await sql<{ id: number }>('SELECT max(id) AS id FROM master_merges');
      return [{ ids: [merge!.id], body: { reason } }];
    },
  },
};
