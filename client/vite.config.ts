import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { contractSources } from './contract-sources.ts';

const server = `http://127.0.0.1:${process.env.PORT ?? 5000}`;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressed()],
  resolve: { alias: [contractSources] },
  build: { manifest: true, sourcemap: 'hidden', chunkSizeWarningLimit: 700 },
  html: { cspNonce: '__CSP_NONCE__' },
  server: { proxy: { '/api': server }, strictPort: false },
});

/** Leaves .gz and .br beside every hashed text file, so that the server never compresses them. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }) {
      const folder = join(dir, 'assets');
      for (const name of readdirSync(folder).filter((file) => /\.(js|css|svg)$/.test(file))) {
        const bytes = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 10 };
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params: quality }));
      }
    },
  };
}
