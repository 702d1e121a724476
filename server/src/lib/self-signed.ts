import { generateKeyPair, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { dayMs } from './time.ts';

/** One value of ASN.1's distinguished encoding: its kind, its length, its content. */
function value(kind: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 128) return Buffer.from([kind, body.length, ...body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 255 ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([kind, 128 + length.length]), length, body]);
}
const sequence = (...content: Uint8Array[]) => value(0x30, ...content);
const object = (hex: string) => value(0x06, Buffer.from(hex, 'hex'));
const time = (at: Date) => value(0x18, Buffer.from(at.toISOString().replace(/[-:T]|\.\d+/g, '')));
const bits = (bytes: Uint8Array) => value(0x03, Buffer.from([0]), bytes);
const critical = value(0x01, Buffer.from([0xff]));

const names = {
  commonName: object('550403'),
  ecdsaWithSha256: object('2a8648ce3d040302'),
  alternativeNames: object('551d11'),
  basicConstraints: object('551d13'),
};

/** A certificate that vouches for itself, for a first start until there is a real one: browsers warn of it. */
export async function selfSigned(host: string, validDays = 397): Promise<{ certificate: string; key: string }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const name = sequence(value(0x31, sequence(names.commonName, value(0x0c, Buffer.from(host)))));
  const alternative =
    isIP(host) === 4 ? value(0x87, Buffer.from(host.split('.').map(Number))) : value(0x82, Buffer.from(host));
  const content = sequence(
    value(0xa0, value(0x02, Buffer.from([2]))), // version 3
    value(0x02, Buffer.from([1]), randomBytes(15)),
    sequence(names.ecdsaWithSha256),
    name,
    sequence(time(new Date(Date.now() - dayMs)), time(new Date(Date.now() + validDays * dayMs))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    value(
      0xa3,
      sequence(
        sequence(names.alternativeNames, value(0x04, sequence(alternative))),
        sequence(names.basicConstraints, critical, value(0x04, sequence())),
      ),
    ),
  );
  const signed = sequence(content, sequence(names.ecdsaWithSha256), bits(sign('sha256', content, privateKey)));
  const pem = `-----BEGIN CERTIFICATE-----\n${signed.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
  return {
    certificate: new X509Certificate(pem).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
