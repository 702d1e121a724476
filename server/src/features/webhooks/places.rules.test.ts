import { describe, expect, test } from 'vitest';
import { allowing } from './places.rules.ts';

const refusalOf = allowing('');

describe('refused is', () => {
  test.each([
    ['this host', '0.0.0.0'],
    ['loopback', '127.0.0.1'],
    ['another loopback', '127.255.255.254'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['of a provider', '100.64.0.1'],
    ['metadata of Alibaba', '100.100.100.200'],
    ['link-local', '169.254.0.1'],
    ['metadata', '169.254.169.254'],
    ['metadata of Oracle', '192.0.0.192'],
    ['metadata of Azure', '168.63.129.16'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['benchmarks', '198.18.0.1'],
    ['6to4 relays', '192.88.99.1'],
    ['multicast', '224.0.0.1'],
    ['not given out', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['IPv4 in IPv6', '::ffff:127.0.0.1'],
    ['IPv4 in IPv6, in hexadecimal', '::ffff:7f00:1'],
    ['public IPv4 in IPv6', '::ffff:8.8.8.8'],
    ['IPv4 in IPv6, as it was once', '::127.0.0.1'],
    ['IPv4 behind a translator', '64:ff9b::7f00:1'],
    ['IPv4 behind a translator of ours', '64:ff9b:1::7f00:1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378::1'],
    ['unique local', 'fc00::1'],
    ['metadata by IPv6', 'fd00:ec2::254'],
    ['link-local', 'fe80::1'],
    ['link-local with its zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['multicast', 'ff02::1'],
    ['no address at all', 'localhost'],
  ])('%s: %s', (_, address) => expect(refusalOf(address, 443)).toContain('is not on the internet'));

  test.each([22, 25, 80, 5432, 6379, 8080])('port %i of the internet', (port) =>
    expect(refusalOf('1.1.1.1', port)).toBe(`Port ${port} is not used for webhooks; use 443 or 8443`),
  );
});

test.each(['1.1.1.1', '100.63.255.255', '100.128.0.0', '172.15.255.255', '172.32.0.0', '223.255.255.255'])(
  'taken is %s',
  (address) => expect([443, 8443].map((port) => refusalOf(address, port))).toEqual([undefined, undefined]),
);
test.each(['2606:4700::1111', '2a00:1450:4001::1', '2400:cb00::1'])('taken is %s', (address) =>
  expect(refusalOf(address, 443)).toBeUndefined(),
);

test('networks that the operator names are taken at every port, and nothing beside them', () => {
  const refused = allowing('10.20.0.0/16, fd00:1::/32');
  for (const address of ['10.20.3.4', 'fd00:1::7']) expect(refused(address, 9_000)).toBeUndefined();
  for (const address of ['10.21.0.1', '127.0.0.1', 'fd00:2::1', '::1']) expect(refused(address, 443)).toBeDefined();
});
