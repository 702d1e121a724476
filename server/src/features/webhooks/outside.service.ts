import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { config } from '../../config.ts';
import { AppError } from '../../lib/errors.ts';
import { within } from '../../lib/within.ts';
import { allowing, portOf } from './places.rules.ts';

type Ways = { resolve?: (name: string, options: { all: true }) => Promise<LookupAddress[]>; withinMs?: number };

/**
 * Posts to an address of the internet, or of these networks, and answers the status. The name is resolved once, every address
 * that it has is checked, and the connection goes to these: another answer of the name server a moment later leads nowhere.
 * Redirects are not followed, and of the answer nothing but its head is read.
 */
export function poster(networks: string, { resolve = lookup, withinMs = 10_000 }: Ways = {}) {
  const refusalOf = allowing(networks);
  const late = () => new Error(`There was no answer within ${withinMs / 1000} seconds`);

  async function placesOf(url: URL): Promise<LookupAddress[]> {
    const name = url.hostname.replace(/^\[|\]$/g, '');
    const places = await within(withinMs, resolve(name, { all: true }), late);
    const refusal = places.map(({ address }) => refusalOf(address, portOf(url))).find(Boolean);
    if (refusal) throw new AppError(422, refusal);
    return places;
  }

  return async (address: string, headers: Record<string, string>, body: string, stopping: AbortSignal) => {
    const url = new URL(address);
    const places = await placesOf(url);
    const options = { method: 'POST', headers, lookup: only(places), agent: false, maxHeaderSize: 8_192 };
    return new Promise<number>((arrived, failed) => {
      const call = request(url, options, (answer) => {
        answer.destroy();
        arrived(answer.statusCode ?? 0);
      });
      // Not by AbortSignal.any: in Node.js 20 a collection of garbage can take such a signal along, and nothing ends the call.
      const end = (why: Error) => {
        call.destroy();
        failed(why);
      };
      const timer = setTimeout(() => end(late()), withinMs);
      const stop = () => end(new Error('The process was told to stop'));
      stopping.addEventListener('abort', stop);
      call
        .on('error', (error) => failed(unreached(error)))
        .on('close', () => {
          clearTimeout(timer);
          stopping.removeEventListener('abort', stop);
        })
        .end(body);
    });
  };
}

const unreached = (cause: Error) => new Error(`The other end was not reached: ${cause.message}`, { cause });

/** Asked for any name, it answers these. */
const only =
  (places: LookupAddress[]): LookupFunction =>
  (_name, { all }, answer) => {
    const [first] = places;
    if (all) answer(null, places);
    else answer(null, first?.address ?? '', first?.family);
  };

export const post = poster(config.WEBHOOK_PRIVATE_NETWORKS);

const refusalOf = allowing(config.WEBHOOK_PRIVATE_NETWORKS);
/** An address that is a number can be judged as it is written; one that has a name is judged at each delivery. */
export function refusalOfAddress(address: string): string | undefined {
  const url = new URL(address);
  return isIP(url.hostname) === 0 ? undefined : refusalOf(url.hostname, portOf(url));
}
