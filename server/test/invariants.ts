export * from './harness/invariants.ts';
