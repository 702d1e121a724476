import type { IncomingMessage } from 'node:http';
import { ipKeyGenerator } from 'express-rate-limit';
import proxyAddress from 'proxy-addr';
import { config } from '../config.ts';

/** Of the addresses that proxies wrote down only those count that ours did; Express decides in the same way. */
export const clientAddress = (request: IncomingMessage): string | undefined =>
  proxyAddress(request, (_address, hop) => hop < config.TRUST_PROXY);

/** What belongs to one network counts as one. A copy: the address is a part of the header it came in, which a counter would hold. */
export const networkOf = (request: IncomingMessage): string =>
  Buffer.from(ipKeyGenerator(clientAddress(request) ?? '')).toString();
