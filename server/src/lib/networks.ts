import { isIPv4 } from 'node:net';
import { ipKeyGenerator } from 'express-rate-limit';

/** The network of an address, usually one customer of one provider: /64 of IPv6, /24 of IPv4 however the address is written. */
export function networkOf(address: string): string {
  const network = ipKeyGenerator(address, 64);
  return (isIPv4(network) ? network.replace(/\d+$/, '0/24') : network).slice(0, 64);
}
