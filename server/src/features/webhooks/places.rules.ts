import { BlockList, isIP } from 'node:net';

/** Ports of the internet that deliveries go to. In networks that the operator allows, any. */
const portsOutside = [443, 8443];

const listOf = (...networks: string[]) => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
};

/** What IANA has set apart from the internet, and the address at which Azure answers its own machines. */
const setApart4 = listOf(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
);
/** All that is given out of IPv6. What lies beyond is loopback, private, link-local, or IPv4 in another spelling. */
const givenOut6 = listOf('2000::/3');
/** Tunnels that end at an IPv4 address (Teredo, 6to4), and documentation. */
const setApart6 = listOf('2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20');

const isOutside = (address: string) => {
  const version = isIP(address);
  if (version === 4) return !setApart4.check(address, 'ipv4');
  return version === 6 && givenOut6.check(address, 'ipv6') && !setApart6.check(address, 'ipv6');
};

/** `networks`: those inside that the operator lets deliveries go to, comma separated. */
export function allowing(networks: string) {
  const allowed = listOf(
    ...networks
      .split(',')
      .map((network) => network.trim())
      .filter(Boolean),
  );
  const isAllowed = (address: string) => allowed.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  /** Why a delivery does not go there. */
  return function refusalOf(address: string, port: number): string | undefined {
    if (isAllowed(address)) return undefined;
    if (!isOutside(address))
      return `${address} is not on the internet, and WEBHOOK_PRIVATE_NETWORKS does not name its network`;
    if (portsOutside.includes(port)) return undefined;
    return `Port ${port} is not used for webhooks; use ${portsOutside.join(' or ')}`;
  };
}

export const portOf = ({ port }: URL) => (port === '' ? 443 : Number(port));
