export * from './harness/sql.ts';
