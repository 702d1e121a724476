export * from './harness/problems.ts';
