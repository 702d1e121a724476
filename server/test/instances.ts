export * from './harness/instances.ts';
