import type { Addresses, Foreign } from '../harness/addresses.ts';
import { createImport } from '../factories/imports.ts';

const ofAll = { id: (foreign: Foreign) => foreign.import, status: 404 } as const;
const whole = (state: string, body?: object) => async () => [
  { ids: [await createImport(state)], ...(body && { body }) },
];

export const imports: Addresses = {
  'POST /imports': { least: 'Editor', write: 'own' },
  'GET /imports': { least: 'Editor', read: {} },
  'GET /imports/:id': { least: 'Editor', read: ofAll },
  'PATCH /imports/:id': { least: 'Editor', write: whole('checked', { fy: 'FY26' }) },
  'GET /imports/:id/rows': { least: 'Editor', read: ofAll },
  // A packed workbook: its text cannot be looked through.
  'GET /imports/:id/rejected': { least: 'Editor', read: { ...ofAll, isOfNone: true } },
  'POST /imports/:id/apply': { least: 'Editor', write: whole('checked', {}) },
  'POST /imports/:id/cancel': { least: 'Editor', write: whole('checked') },
  'GET /imports/:id/conflicts': { least: 'Editor', read: ofAll },
  'POST /imports/:id/undo': { least: 'Editor', write: whole('applied', {}) },
  'POST /imports/:id/redo': { least: 'Editor', write: whole('undone', {}) },
};
