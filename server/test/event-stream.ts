export * from './harness/event-stream.ts';
