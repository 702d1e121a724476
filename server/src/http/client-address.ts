import type { IncomingMessage } from 'node:http';
import { ipKeyGenerator } from 'express-rate-limit';
import proxyAddress from 'proxy-addr';
import { config } from '../config.ts';

/** Proxies write down the address that a request came from. Only what our own proxies wrote counts, as in Express. */
export const clientAddress = (request: IncomingMessage): string | undefined =>
  proxyAddress(request, (_address, hop) => hop < config.TRUST_PROXY);

/**
 * One name for all addresses of a network. It is a copy, because text cut out of a header keeps the whole header in memory as
 * long as a counter holds it.
 */
export const networkOf = (request: IncomingMessage): string =>
  Buffer.from(ipKeyGenerator(clientAddress(request) ?? '')).toString();
