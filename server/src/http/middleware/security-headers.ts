import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { config } from '../../config.ts';

const https = config.PUBLIC_URL?.startsWith('https:') ?? false;
const common = { strictTransportSecurity: https, crossOriginEmbedderPolicy: false } as const;

const forApi = helmet({
  ...common,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
});

/** The headers that helmet gives to answers without a page are always the same, so they are made once. */
export const apiHeaders: Record<string, string> = {};
forApi(
  {} as IncomingMessage,
  {
    setHeader: (name: string, value: string) => (apiHeaders[name] = value),
    removeHeader: () => undefined,
  } as unknown as ServerResponse,
  () => undefined,
);

export const securityHeaders: RequestHandler = (_req, res, next) => {
  for (const name in apiHeaders) res.setHeader(name, apiHeaders[name] as string);
  next();
};

/** For pages: everything from here, scripts and styles by a nonce that is new for each page. */
export function pageHeaders(): { nonce: string; handler: RequestHandler } {
  const nonce = randomBytes(16).toString('base64');
  const handler = helmet({
    ...common,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'", `'nonce-${nonce}'`],
        'style-src': ["'self'", `'nonce-${nonce}'`],
        'style-src-attr': ["'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        ...(https && { 'upgrade-insecure-requests': [] }),
      },
    },
  });
  return { nonce, handler };
}
