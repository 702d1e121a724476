import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['server/vitest.config.ts', 'client/vitest.config.ts', 'client/browser/vitest.config.ts'],
    globalSetup: 'server/test/harness/global-setup.ts',
    maxWorkers: 2,
  },
});
