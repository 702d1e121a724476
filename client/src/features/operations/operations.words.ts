import type { Operations } from '@opex/contracts/operations';
import { since } from '../../domain/words/since.ts';

const grouped = new Intl.NumberFormat('en-US');
export const whole = (value: number) => grouped.format(Math.round(value));
const oneDecimal = (value: number) => (Math.round(value * 10) / 10).toString();

/** Never "100 %" of what is not all. */
export function share(part: number, all: number, decimals = 1): string {
  if (all === 0) return 'none yet';
  const scale = 10 ** decimals;
  return `${Math.floor((part / all) * 100 * scale) / scale} %`;
}

export const megabytes = (bytes: number) => `${whole(bytes / 1_048_576)} MB`;

export const duration = (milliseconds: number) =>
  milliseconds < 1_000 ? `${oneDecimal(milliseconds)} ms` : `${oneDecimal(milliseconds / 1_000)} s`;

/** The answer to the only question of a hurry. */
export function verdict({ findings }: Operations): string {
  if (findings.length === 0) return 'All is well.';
  const now = findings.filter(({ severity }) => severity === 'critical').length;
  const things = findings.length === 1 ? 'One thing needs attention' : `${findings.length} things need attention`;
  if (now === 0) return `${things}; none of it is urgent.`;
  if (now === findings.length) return `${things}, now.`;
  return `${things}, ${now} of them now.`;
}

type Figure = { label: string; value: string; detail: string };

export function figuresOf(seen: Operations): Figure[] {
  const { requests, cache, process, processes, checkedAt } = seen;
  const lastFailed = requests.lastFailedAt ? `, the last ${since(requests.lastFailedAt, checkedAt)} ago` : '';
  return [
    {
      label: 'Answered without an error',
      value: share(requests.answered - requests.failed, requests.answered, 3),
      detail: `${whole(requests.failed)} of ${whole(requests.answered)} failed${lastFailed}; promised are 99.9 %`,
    },
    {
      label: 'Time of an answer',
      value: requests.p95Ms === null ? 'none yet' : duration(requests.p95Ms),
      detail: 'of twenty, nineteen are as fast',
    },
    {
      label: 'Found in the cache',
      value: share(cache.found, cache.found + cache.loaded),
      detail: `${megabytes(cache.bytes)} of ${megabytes(cache.limitBytes)} used`,
    },
    {
      label: 'Memory',
      value: share(process.memoryBytes, process.memoryLimitBytes),
      detail: `${megabytes(process.memoryBytes)} of ${megabytes(process.memoryLimitBytes)}`,
    },
    { label: 'Delay of the process', value: duration(process.eventLoopP99Ms), detail: 'in the worst hundredth' },
    { label: 'People', value: whole(process.people), detail: `live pages: ${whole(process.streams)}` },
    {
      label: 'Processes',
      value: whole(processes.length),
      detail: processes[0] ? `the oldest for ${since(processes[0].since, checkedAt)}` : 'none listens',
    },
  ];
}

const replicaWords = { none: 'There is none', 'in use': 'In use', 'not in use': 'Not in use' } as const;
const redisWords = { none: 'There is none', 'in use': 'In use', away: 'Away', full: 'Full: it takes nothing' } as const;

type Part = { name: string; state: string };

/** What else the service stands on, and what proves its figures. */
export function partsOf(
  { replica, sharedCache, sealedAt, verification, backup }: Operations,
  at: (time: string) => string,
): Part[] {
  const lag = replica.lagSeconds === null ? '' : `, ${duration(replica.lagSeconds * 1_000)} behind`;
  return [
    { name: 'Replica', state: replicaWords[replica.state] + lag },
    { name: 'Redis', state: redisWords[sharedCache] },
    { name: 'Last seal of the audit log', state: sealedAt ? at(sealedAt) : 'Nothing is sealed' },
    { name: 'Last base backup', state: backup.takenAt ? at(backup.takenAt) : 'None is noted' },
    { name: 'Last backup that was restored', state: backup.restoredAt ? at(backup.restoredAt) : 'None is noted' },
    {
      name: 'Last check of every figure',
      state: verification
        ? `${at(verification.at)}: ${verification.broken === 0 ? 'all right' : `${verification.broken} rules broken`}`
        : 'Never',
    },
  ];
}
