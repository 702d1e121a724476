import react from '@vitejs/plugin-react';
import { defineProject } from 'vitest/config';
import { contractSources } from './contract-sources.ts';

export default defineProject({
  plugins: [react()],
  resolve: { alias: [contractSources] },
  test: {
    name: 'client',
    root: import.meta.dirname,
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'jsdom',
    setupFiles: ['src/test/setup.ts'],
    server: { deps: { inline: [/@mui/] } },
    testTimeout: 180_000,
  },
});
