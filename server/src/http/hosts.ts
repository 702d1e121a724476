import { config } from '../config.ts';

const publicUrl = config.PUBLIC_URL === undefined ? undefined : new URL(config.PUBLIC_URL);
const known = new Set(
  [publicUrl?.host ?? '', ...config.ALLOWED_HOSTS.split(',')].map((host) => host.trim().toLowerCase()).filter(Boolean),
);
const local = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

export const isKnownHost = (host: string) => local.test(host) || known.has(host.toLowerCase());

/** Whether pages of this origin are ours. The scheme counts: without encryption an attacker on the line can pose as us. */
export function isOurOrigin(origin: string, { host, protocol }: { host: string; protocol: string }): boolean {
  if (origin === publicUrl?.origin) return true;
  const scheme = publicUrl && !local.test(host) ? publicUrl.protocol : `${protocol}:`;
  return isKnownHost(host) && origin === originOf(`${scheme}//${host}`);
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : undefined);

/** Browsers obey Clear-Site-Data only where no attacker on the line can have added it: over https, or from this machine. */
export const isHeardWhenClearing = (host: string) => publicUrl?.protocol === 'https:' || local.test(host);
