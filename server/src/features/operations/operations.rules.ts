import type { Finding, Operations } from '@opex/contracts/operations';
import { hourMs } from '../../lib/time.ts';
import { proxyTrouble } from './requests.rules.ts';

type Seen = Omit<Operations, 'findings'>;

/** The limits are those of the alerts (server/deploy/prometheus/rules.yml), for an installation that nobody watches otherwise. */
export function findingsOf(seen: Seen): Finding[] {
  const now = Date.parse(seen.checkedAt);
  return [
    ...ofRequests(seen),
    ...ofProxies(seen),
    ...ofProcess(seen),
    ...ofDatabase(seen),
    ...ofCache(seen),
    ...ofProof(seen, now),
    ...ofBackup(seen, now),
  ];
}

const critical = (what: string, todo: string): Finding => ({ severity: 'critical', what, todo });
const warning = (what: string, todo: string): Finding => ({ severity: 'warning', what, todo });
const when = (condition: boolean, finding: Finding) => (condition ? [finding] : []);
const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;

function ofRequests({ lately: { answered, failed, turnedAway, p95Ms } }: Seen) {
  const share = answered === 0 ? 0 : failed / answered;
  const words = `${percent(share)} of the requests of the last five minutes have failed`;
  const todo = 'Look for "level":"error" in the log; if it came with a new version, go back to the one before';
  return [
    ...when(share > 0.05, critical(words, todo)),
    ...when(share > 0.001 && share <= 0.05, warning(words, todo)),
    ...when(
      turnedAway > 0,
      warning(
        `${turnedAway} requests of the last five minutes were turned away because there was too much to do`,
        'Add a server, or find the caller who asks too much',
      ),
    ),
    ...when(
      (p95Ms ?? 0) > 1_000,
      warning('Lately one answer in twenty takes longer than a second', 'See below which statements are dear'),
    ),
  ];
}

function ofProxies({ proxies }: Seen) {
  const trouble = proxyTrouble(proxies);
  return trouble ? [warning(trouble.what, trouble.todo)] : [];
}

function ofProcess({ process: { memoryBytes, memoryLimitBytes, eventLoopP99Ms } }: Seen) {
  const share = memoryBytes / memoryLimitBytes;
  const words = `The process uses ${percent(share)} of the memory that it may`;
  return [
    ...when(share > 0.9, critical(words, 'Restart it before it is ended; then raise its limit')),
    ...when(share > 0.85 && share <= 0.9, warning(words, 'Raise its limit, or lower CACHE_MEMORY_MB')),
    ...when(
      eventLoopP99Ms > 200,
      warning('The process is late with everything that is due', 'Add a server; the machine may be too busy'),
    ),
  ];
}

function ofDatabase({ pools, replica }: Seen) {
  return [
    ...pools.flatMap(({ name, max, open, idle, waiting }) => {
      const used = open - idle;
      const words = `${used} of ${max} connections to the ${name} are in use`;
      return [
        ...when(
          used >= max && waiting > 0,
          critical(`${words}, and ${waiting} requests wait for one`, 'Look in pg_stat_activity for what holds them'),
        ),
        ...when(used >= 0.9 * max && waiting === 0, warning(words, 'Raise DATABASE_POOL_MAX if statements are fast')),
      ];
    }),
    ...when(
      replica.state === 'not in use',
      warning('The replica is not in use; reports come from the primary', 'See whether it runs and follows'),
    ),
    ...when(
      (replica.lagSeconds ?? 0) > 5,
      warning(
        `The replica is ${Math.round(replica.lagSeconds ?? 0)} s behind`,
        'A long report may hold it up; wait a minute',
      ),
    ),
  ];
}

function ofCache({ cache: { found, loaded }, sharedCache }: Seen) {
  const asked = found + loaded;
  return [
    ...when(
      sharedCache === 'away',
      warning('Redis is away: each process counts limits alone and keeps its own answers', 'Start it; it may be empty'),
    ),
    ...when(
      sharedCache === 'full',
      warning(
        'Redis is full and takes nothing: each process counts limits alone and keeps its own answers',
        'Let it throw away what was used least (maxmemory-policy allkeys-lru), or raise maxmemory',
      ),
    ),
    ...when(
      asked > 1_000 && found / asked < 0.7,
      warning(
        `Only ${percent(found / asked)} of the cached reads are found`,
        'Raise CACHE_MEMORY_MB if the cache is full',
      ),
    ),
  ];
}

function ofProof({ verification, sealedAt }: Seen, now: number) {
  return [
    ...when(
      sealedAt === null,
      warning('The audit log is not sealed', 'Set AUDIT_SEAL_KEYS; a change is then sealed within a minute'),
    ),
    ...(verification === null
      ? [warning('Nobody has looked yet whether every figure is right', 'Let "verify" run each night')]
      : [
          ...when(
            verification.broken > 0,
            critical(
              `"verify" found ${verification.broken} rules broken${verification.words && `, the first: ${verification.words}`}`,
              'Run it again; its output names the first offender of each',
            ),
          ),
          ...when(
            now - Date.parse(verification.at) > 26 * hourMs,
            warning('"verify" has not run for more than a day', 'See why its job does not end'),
          ),
        ]),
  ];
}

function ofBackup({ backup: { takenAt, restoredAt, isArchiveFailing } }: Seen, now: number) {
  const isOlder = (time: string | null, hours: number) => time === null || now - Date.parse(time) > hours * hourMs;
  return [
    ...when(
      isArchiveFailing,
      critical(
        'The database cannot archive what it writes: what changes now could not be restored',
        'See in its log why; the folder of the archive may be full, gone or not writable',
      ),
    ),
    ...when(
      isOlder(takenAt, 26),
      warning('No base backup of the last day is noted', 'Take one, or look after it where your backups are made'),
    ),
    ...when(
      isOlder(restoredAt, 35 * 24),
      warning(
        restoredAt === null
          ? 'No backup was restored yet to see whether it can be'
          : 'Nobody has tried for five weeks whether a backup can be restored',
        'Rehearse it: k8s/runbooks/restore.md',
      ),
    ),
  ];
}
