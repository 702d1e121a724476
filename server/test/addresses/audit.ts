import { type Addresses, ofNone, ofTheWhole } from '../harness/addresses.ts';

export const audit: Addresses = {
  'GET /audit': { least: 'Approver', read: { query: () => '?limit=200' } },
  'GET /audit/batches': { least: 'Approver', read: { query: () => '?limit=200' } },
  'GET /audit/verify': { least: 'Approver', read: ofNone },
  'GET /security-events': { least: 'Admin', read: { ...ofTheWhole, isEmpty: 'it takes the whole' } },
  // The live stream has its own tests.
  'GET /events': { least: 'Viewer' },
};
