import type { IncomingMessage } from 'node:http';
import { ipKeyGenerator } from 'express-rate-limit';
import proxyAddress from 'proxy-addr';
import { config } from '../config.ts';
import { forwardedRequests } from '../lib/metrics.ts';

/** Proxies write down the address that a request came from. Only what our own proxies wrote counts, as in Express. */
export const clientAddress = (request: IncomingMessage): string | undefined =>
  proxyAddress(request, (_address, hop) => hop < config.TRUST_PROXY);

const proxyCounts = {
  fewer: forwardedRequests.labels('fewer'),
  asSaid: forwardedRequests.labels('as said'),
  more: forwardedRequests.labels('more'),
};

/** A single request proves nothing, for anybody can send the header; what nearly all of them say is how the proxies are. */
export function countProxies({ headers, url = '' }: IncomingMessage) {
  if (!url.startsWith('/api/')) return;
  const said = headers['x-forwarded-for'];
  const hops = said === undefined ? 0 : String(said).split(',').length;
  const than = hops - config.TRUST_PROXY;
  proxyCounts[than < 0 ? 'fewer' : than > 0 ? 'more' : 'asSaid'].inc();
}

/**
 * One name for all addresses of a network. It is a copy, because text cut out of a header keeps the whole header in memory as
 * long as a counter holds it.
 */
export const networkOf = (request: IncomingMessage): string =>
  Buffer.from(ipKeyGenerator(clientAddress(request) ?? '')).toString();
