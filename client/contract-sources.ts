import { join } from 'node:path';

/** Contracts come from their source. The condition `development` would do it too, but also choose the debug builds of libraries. */
export const contractSources = {
  find: /^@opex\/contracts\/(.+)$/,
  replacement: join(import.meta.dirname, '../server/contracts/src/$1.ts'),
};
