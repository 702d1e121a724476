import { type Assumptions, type Measured, perRequest, planFor } from './model.rules.ts';

const whole = (number: number) => Math.round(number).toLocaleString('en-US');
const short = (number: number) => (number >= 100 ? whole(number) : number.toFixed(number >= 10 ? 1 : 2));
const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** k8s/CAPACITY.md as its two inputs have it. */
export function pageOf(measured: Measured, assumptions: Assumptions): string {
  const { pod, database, prices } = assumptions;
  const one = perRequest(measured, assumptions);
  const plans = assumptions.people.map((people) => planFor(people, measured, assumptions));
  const sound = measured.rows.filter((row) => row.writeShare >= one.writeShare && row.failed < row.sent / 1000);
  const most = Math.max(...sound.map(({ rate }) => rate));
  const podRate = (1000 * pod.cpu * pod.targetCpu) / one.serverMs;
  const perPool = Math.floor(database.maxConnections / assumptions.poolPerPod);
  return `# How much is needed, and what it costs

<!-- Written by "npm run capacity" of capacity/measured.json and capacity/assumptions.json: change those. -->

Measured ${measured.at.slice(0, 10)} by \`npm run bench -- --mix\`, on ${measured.machine}: everything on one machine, beside other work. The server's
latencies are of that moment; its processor time is what is used below.
People all work at once and ask for something every ${assumptions.secondsBetweenRequests} s; one request in ${Math.round(1 / one.writeShare)} writes.

## What one request takes

${table(
  [
    'requests a second',
    'writes',
    'server, ms of a core',
    'PostgreSQL with replica, ms',
    'answered from the cache',
    'bytes',
    'p95, ms',
    'failed',
  ],
  measured.rows
    .filter(({ processes }) => processes === 1)
    .map((row) => [
      whole(row.rate),
      `${row.writeShare * 100} %`,
      short((1000 * row.serverSeconds) / row.sent),
      row.postgresSeconds > 0 ? short((1000 * row.postgresSeconds) / row.sent) : 'not known',
      `${whole(row.hitRate * 100)} %`,
      whole(row.bytes),
      short(row.p95),
      `${row.failed} of ${whole(row.sent)}`,
    ]),
)}

Below the row of ${whole(one.rate)} a second with ${one.writeShare * 100} % writes is taken: ${short(one.serverMs)} ms of a server's core and
${short(one.postgresMs)} ms of PostgreSQL's a request. A pod has ${pod.cpu} cores and is to use ${pod.targetCpu * 100} % of them (the autoscaler's rule), so it answers
${whole(podRate)} requests a second.

## What so many people need

${table(
  [
    'people at work',
    'requests a second',
    'writes a second',
    "servers' cores",
    'pods',
    'their memory, GiB',
    'cores of each database',
    'connections to it',
    'Mbit/s',
    'of the most measured',
  ],
  plans.map((plan) => [
    whole(plan.people),
    whole(plan.rate),
    short(plan.writes),
    short(plan.serverCores),
    whole(plan.pods),
    short(plan.memoryGiB),
    whole(plan.databaseCores),
    whole(plan.connections),
    short(plan.megabits),
    `${short(plan.rate / most)} x`,
  ]),
)}

Pods are never fewer than ${pod.fewest}. With as many writes at most ${whole(most)} requests a second were measured with fewer than 0.1 % failed; the rest is
computed and supposes that the cache answers as large a part and that writes cost what they cost now. Writers
of one primary share its disk and its locks, so the last rows want a measurement of your own before they are believed.

## What it costs

${prices.currency} a month, prices: ${prices.of}. Servers run all day; traffic is of ${assumptions.workHours} hours a month at full work.

${table(
  [
    'people',
    'servers',
    `${database.instances} databases`,
    'cache, traffic, load balancer',
    'a month',
    'a person and month',
  ],
  plans.map(({ people, cost }) => [
    whole(people),
    whole(cost.servers),
    whole(cost.databases),
    whole(cost.rest),
    whole(cost.month),
    cost.perPerson.toFixed(2),
  ]),
)}

## When to scale what

${table(
  ['when', 'scale', 'how'],
  [
    [
      `pods use more than ${pod.targetCpu * 100} % of their ${pod.cpu} cores`,
      'pods',
      `the autoscaler does, to ${pod.most}: more than ${whole(podRate * pod.most * assumptions.secondsBetweenRequests)} people at work need a higher \`maxReplicas\``,
    ],
    [
      `more than ${perPool} pods`,
      'connections',
      `each has ${assumptions.poolPerPod} to the primary, which takes ${database.maxConnections}: lower \`DATABASE_POOL_MAX\`, or put PgBouncer between`,
    ],
    [
      `the primary uses more than ${database.targetCpu * 100} % of its cores`,
      'the database',
      'a larger instance; reads that are not cached go to the replica already',
    ],
    [
      'less than 70 % of reads are answered from the cache',
      'the cache',
      '`CACHE_MEMORY_MB` of the pods first, then the memory of Redis',
    ],
    [
      'p95 rises while processors idle',
      'nothing yet',
      "look at slow statements, the pool and the replica's lag: more pods would ask the same database",
    ],
  ],
)}
`;
}
