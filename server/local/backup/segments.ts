import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A segment of the write-ahead log: eight digits of its timeline, sixteen of its place. */
const segment = /^[0-9A-F]{24}$/;

export const isSegment = (name: string) => segment.test(name);

/** The place of a segment in the order of all, whatever its timeline. */
export function placeOf(name: string, segmentBytes: number): number {
  const perLog = 2 ** 32 / segmentBytes;
  return parseInt(name.slice(8, 16), 16) * perLog + parseInt(name.slice(16), 16);
}

/** Places of the segments of a history that are there as a whole. */
export function placesIn(archive: string, segmentBytes: number, isOfHistory: (segment: string) => boolean) {
  const whole = readdirSync(archive).filter(
    (name) => isSegment(name) && isOfHistory(name) && statSync(join(archive, name)).size === segmentBytes,
  );
  return new Set(whole.map((name) => placeOf(name, segmentBytes)));
}

/** The first place from one to another (the last there is) that is missing or cut short. */
export function firstGap(
  places: ReadonlySet<number>,
  from: number,
  to = Math.max(from, ...places),
): number | undefined {
  for (let place = from; place <= to; place += 1) if (!places.has(place)) return place;
  return undefined;
}

/** A name without its timeline, as people find it in the folder. */
export function nameOfPlace(place: number, segmentBytes: number): string {
  const perLog = 2 ** 32 / segmentBytes;
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, '0');
  return `*${hex(Math.floor(place / perLog))}${hex(place % perLog)}`;
}

/** Removes what came before a place. Histories of timelines stay: they are small. */
export function removeBefore(archive: string, first: number, segmentBytes: number): number {
  const old = readdirSync(archive).filter(
    (name) => isSegment(name.slice(0, 24)) && placeOf(name.slice(0, 24), segmentBytes) < first,
  );
  for (const name of old) rmSync(join(archive, name));
  return old.length;
}
