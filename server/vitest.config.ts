import { resolve } from 'node:path';
import { defineProject } from 'vitest/config';

const standIn = (name: string) => resolve(import.meta.dirname, 'test/harness/k6', name);

export default defineProject({
  resolve: {
    conditions: ['development'],
    alias: [
      { find: /^k6\/http$/, replacement: standIn('http.ts') },
      { find: /^k6$/, replacement: standIn('k6.ts') },
    ],
  },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    name: 'server',
    root: import.meta.dirname,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'local/**/*.test.ts'],
    setupFiles: 'test/harness/setup.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
