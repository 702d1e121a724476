import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSegment, placeOf } from './segments.ts';

/** The first eight digits of a segment, and of the file that says where its timeline began. */
export const timelineOf = (name: string) => parseInt(name.slice(0, 8), 16);

const isHistory = (name: string) => /^[0-9A-F]{8}\.history$/.test(name);

/**
 * Whoever goes back in time leaves a history, and begins a new timeline where it forks. What was archived of the one that was left
 * stays in the folder. This says of a segment whether the newest history passes through it, as PostgreSQL will choose.
 */
export function newestHistory(archive: string, segmentBytes: number): (segment: string) => boolean {
  const timelines = readdirSync(archive).filter((name) => isSegment(name) || isHistory(name));
  const newest = Math.max(1, ...timelines.map(timelineOf));
  const file = join(archive, `${newest.toString(16).toUpperCase().padStart(8, '0')}.history`);
  const left = existsSync(file) ? readFileSync(file, 'utf8').split('\n').flatMap(forkOf) : [];
  const parts = [...left, { timeline: newest, until: Infinity }];
  // The segment in which a timeline forks goes on, as a copy, in the new one.
  const timelineAt = (place: number) =>
    parts.find(({ until }) => place < Math.floor(until / segmentBytes))?.timeline ?? newest;
  return (segment) => timelineAt(placeOf(segment, segmentBytes)) === timelineOf(segment);
}

/** A line of a history: a timeline, and the byte at which it was left. */
function forkOf(line: string): { timeline: number; until: number }[] {
  const [, timeline, high = '', low = ''] = /^\s*(\d+)\t([0-9A-F]+)\/([0-9A-F]+)/.exec(line) ?? [];
  return timeline ? [{ timeline: Number(timeline), until: parseInt(high, 16) * 2 ** 32 + parseInt(low, 16) }] : [];
}
