import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, expect, test } from 'vitest';
import { createApp } from '../../app.ts';

const folder = mkdtempSync(join(tmpdir(), 'opex-page-'));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<script nonce="__CSP_NONCE__"></script>');
writeFileSync(join(folder, 'icon.svg'), '<svg/>');
writeFileSync(join(folder, 'service-worker.js'), 'const kept = 1');
afterAll(() => rmSync(folder, { recursive: true }));
const api = request(createApp(folder));

test.each(['/', '/tracker', '/services/1?tab=months'])('%s is the page, with a nonce of its own', async (address) => {
  const nonces = [await api.get(address).expect(200), await api.get(address).expect(200)].map(({ text, headers }) => {
    const nonce = /nonce="([^"]+)"/.exec(text)?.[1] ?? '';
    expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
    expect(headers['cache-control']).toBe('no-store');
    return nonce;
  });
  expect(nonces[0]).not.toBe(nonces[1]);
  expect(nonces.join()).not.toContain('CSP_NONCE');
});

test('/index.html leads to the page', async () => {
  await api.get('/index.html').expect(302).expect('location', '/');
});

test.each([
  '/index.html',
  '/%69ndex.html',
  '//index.html',
  '/./index.html',
  '/assets/../index.html',
  '/INDEX.HTML',
  '/index.html/',
])('%s never gives the template out', async (address) => {
  const { text, status } = await api.get(address);
  expect(text).not.toContain('CSP_NONCE');
  expect([302, 400, 403, 404]).toContain(status);
});

test('what keeps the page may fetch from here, and nothing else', async () => {
  const { headers } = await api.get('/service-worker.js').expect(200);
  expect(headers['content-type']).toMatch(/javascript/);
  expect(headers['content-security-policy']).toBe("default-src 'none'; connect-src 'self'");
});

test('other files are given as they are', async () => {
  expect((await api.get('/icon.svg').expect(200)).headers['content-type']).toMatch(/^image\/svg/);
});
