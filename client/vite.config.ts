import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, minify, type Plugin, transformWithOxc } from 'vite';
import { contractSources } from './contract-sources.ts';

const server = `http://127.0.0.1:${process.env.PORT ?? 5000}`;

/** Files by purpose, so that a first visit takes few of them. Each brings what it needs and is in none above it. */
const groups = [
  { name: 'main', tags: ['$initial' as const] },
  { name: 'asked', test: /client.src.[a-z]+.[a-z]+.(tracker|dashboard).queries\.ts$/ },
  { name: 'app', test: /client.src.app.app\.tsx$/ },
  {
    name: 'data',
    test: /contracts.src|client.src.(lib|domain|components.form.contract)(?!.*(sheet|amount-entry|doubtful|typed-amount)).*\.ts$/,
  },
  { name: 'amounts', test: /client.src.domain.amounts.*\.ts$/ },
  {
    name: 'parts',
    test: /client.src.(components.page-header|domain.(amounts.amount.tsx|lists.plain-table|links|month-lock))/,
  },
  { name: 'fields', test: /@mui.material.TextField.|client.src.components.quick-search/ },
  {
    name: 'choices',
    test: /client.src.components.address|@mui.material.(Alert|Autocomplete|Checkbox|Chip|FormControlLabel|FormGroup|Tabs?|ToggleButton(Group)?).[A-Z]/,
  },
  {
    name: 'grid',
    test: /client.src.(components.(server-grid|sort-note|row-menu-column|past-the-end)|domain.lists.data-list)/,
  },
  { name: 'forms', test: /client.src.(components|domain(?!.sheet))/ },
  { name: 'sheet', test: /client.src.domain.sheet/ },
  { name: 'imports', test: /client.src.features.imports.(imports\.|use-send-file)/ },
].map((group, index, all) => ({ ...group, minShareCount: index > 2 ? 2 : 1, priority: all.length - index }));

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), namesTheApp(), serviceWorker(), compressed()],
  resolve: { alias: [contractSources] },
  build: {
    manifest: true,
    sourcemap: 'hidden',
    chunkSizeWarningLimit: 700,
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  html: { cspNonce: '__CSP_NONCE__' },
  server: { proxy: { '/api': server }, strictPort: false },
});

/** A file of its own at the top: its address is what browsers know it by, and where it lies is what it may answer. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    async generateBundle() {
      const file = join(import.meta.dirname, 'src/service-worker.ts');
      const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file);
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: (await minify(file, code)).code });
    },
  };
}

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

/** What draws is asked for beside what asks, so the page names both. */
function namesTheApp(): Plugin {
  return {
    name: 'names-the-app',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) => {
        const app = Object.values(bundle).find(({ name }) => name === 'app');
        if (app?.type !== 'chunk') throw new Error('There is no chunk of the app');
        const entry = Object.values(bundle).find(
          (file) => file.type === 'chunk' && file.isEntry && file.name === 'index',
        );
        return [app.fileName, ...app.imports]
          .filter((file) => file !== entry?.fileName)
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
            injectTo: 'head' as const,
          }));
      },
    },
  };
}
