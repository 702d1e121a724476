export * from './allocation-keys.ts';
export * from './calendar.ts';
export * from './masters.ts';
export * from './services.ts';
export * from './spending.ts';
export * from './users.ts';
export * from './written.ts';
