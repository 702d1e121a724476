import { createRequire } from 'node:module';
import path from 'node:path';
import { Router } from 'express';
import { pageHeaders } from '../../http/middleware/security-headers.ts';
import { openApi } from './docs.service.ts';

/** The document, and a page to read and try it; everything the page needs comes from here. */
export const docsRouter = Router();

const assets = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
let document: ReturnType<typeof openApi> | undefined;

docsRouter.get('/openapi.json', (_req, res) => {
  res.locals['route'] = '/api/openapi.json';
  document ??= openApi();
  res.set('Cache-Control', 'public, max-age=60').json(document);
});

docsRouter.get('/docs', (req, res, next) => {
  res.locals['route'] = '/api/docs';
  const { nonce, handler } = pageHeaders();
  handler(req, res, (error?: unknown) => {
    if (error) {
      next(error);
      return;
    }
    res.type('html').send(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>OPEX Manager API</title><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="api"></div><script src="/api/docs/swagger-ui-bundle.js"></script>
<script nonce="${nonce}">SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#api' })</script>
</body></html>`);
  });
});

for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js'])
  docsRouter.get(`/docs/${file}`, (_req, res) => {
    res.locals['route'] = '/api/docs/:file';
    res.set('Cache-Control', 'public, max-age=3600').sendFile(path.join(assets, file));
  });
