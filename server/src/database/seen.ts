import { createHmac, timingSafeEqual } from 'node:crypto';

export type TagVersions = Record<string, number>;

/** As it travels: "access:3,figures:12.<seal>". */
const pattern = /^([a-z]+:\d{1,15}(?:,[a-z]+:\d{1,15}){0,9})\.([\w-]{22})$/;

const sealOf = (claim: string, secret: string) =>
  createHmac('sha256', secret).update(`seen ${claim}`).digest('base64url').slice(0, 22);

/**
 * The versions that a write reached, for its caller to send back. They are sealed, because a reader who invents a version
 * would make every process look for a change that was never written.
 */
export function sealSeen(versions: TagVersions, secret: string): string {
  const claim = Object.entries(versions)
    .map(([tag, version]) => `${tag}:${version}`)
    .join(',');
  return `${claim}.${sealOf(claim, secret)}`;
}

/** The versions that a caller says to have seen, without looking at the seal. */
export const claimedIn = (seen: string): [tag: string, version: number][] =>
  (pattern.exec(seen)?.[1] ?? '')
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split(':'))
    .map(([tag = '', version]) => [tag, Number(version)]);

/** Of each tag the latest: a write is no reason to forget an earlier one of other tags. */
export function latestOf(claims: readonly [tag: string, version: number][]): TagVersions {
  const latest: TagVersions = {};
  for (const [tag, version] of claims) latest[tag] = Math.max(version, latest[tag] ?? 0);
  return latest;
}

export function isSealed(seen: string, secret: string): boolean {
  const [, claim = '', seal = ''] = pattern.exec(seen) ?? [];
  return claim !== '' && timingSafeEqual(Buffer.from(seal), Buffer.from(sealOf(claim, secret)));
}
