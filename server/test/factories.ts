export * from './factories/index.ts';
