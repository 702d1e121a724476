export * from './harness/tcp-proxy.ts';
