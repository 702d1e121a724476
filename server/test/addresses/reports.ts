import type { Addresses } from '../harness/addresses.ts';

export const reports: Addresses = {
  'GET /reports/dashboard': { least: 'Viewer', read: { query: ({ entity }) => `?fy=FY26&entity=${entity}` } },
  'GET /search': { least: 'Viewer', read: { query: ({ mark }) => `?q=${mark}` } },
};
