import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import express, { Router } from 'express';
import { notFound } from '../../lib/errors.ts';
import { onlyGet } from './only-get.ts';
import { pageHeaders } from './security-headers.ts';

/** The built page: files by their hashed names for ever, and for every other address the page itself with a fresh nonce. */
export function page(folder: string) {
  const router = Router();
  const file = path.join(folder, 'index.html');
  const html = existsSync(file) ? readFileSync(file, 'utf8') : undefined;

  const files = express.static(folder, { index: false, maxAge: '1h' });
  router.use(onlyGet, (_req, res, next) => {
    res.locals['route'] = '/*page';
    next();
  });
  router.use(
    '/assets',
    serveCompressed(path.join(folder, 'assets')),
    express.static(path.join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false, fallthrough: false }),
  );
  // It fetches what it keeps, and does nothing else.
  router.get('/service-worker.js', (_req, res, next) => {
    res.set('Content-Security-Policy', "default-src 'none'; connect-src 'self'");
    next();
  });
  // The page's own file is a template: only `render` gives it out, with its nonce.
  router.get('/index.html', (_req, res) => res.redirect('/'));
  router.use((req, res, next) => (isIndex(req.path) ? next() : files(req, res, next)));
  router.get('/*path', render);
  router.get('/', render);
  return router;

  function render(...[req, res, next]: Parameters<express.RequestHandler>) {
    if (!html || path.extname(req.path) !== '') throw notFound('This address');
    const { nonce, handler } = pageHeaders();
    handler(req, res, (error?: unknown) => {
      if (error) {
        next(error);
        return;
      }
      res.set('Cache-Control', 'no-store').type('html').send(html.replaceAll('__CSP_NONCE__', nonce));
    });
  }
}

/** An address can name the file in many ways: the file server finds it as `/%69ndex.html` and `//index.html`, too. */
const isIndex = (address: string) => path.posix.basename(decodeURIComponent(address)).toLowerCase() === 'index.html';

const forms = [
  { encoding: 'br', extension: '.br' },
  { encoding: 'gzip', extension: '.gz' },
] as const;

/** The build leaves compressed forms beside its files. A browser that takes such a form gets it. */
function serveCompressed(folder: string): express.RequestHandler {
  const present = new Set(existsSync(folder) ? readdirSync(folder) : []);
  return (req, res, next) => {
    const accepted = req.acceptsEncodings();
    const name = path.basename(req.path);
    const form = forms.find(({ encoding, extension }) => accepted.includes(encoding) && present.has(name + extension));
    if (!form) {
      next();
      return;
    }
    res.set({
      'Content-Encoding': form.encoding,
      Vary: 'Accept-Encoding',
      'Cache-Control': 'public, max-age=31536000, immutable',
    });
    res.type(path.extname(name));
    res.sendFile(name + form.extension, { root: folder });
  };
}
