import { z } from 'zod';
import { hoursOfMonth } from '../../src/features/costs/costs.rules.ts';

/** What `npm run bench -- --mix --json` writes, as far as it is needed. */
export const measuredFile = z.object({
  at: z.string(),
  machine: z.string(),
  rows: z.array(
    z.object({
      processes: z.int(),
      rate: z.number(),
      writeShare: z.number(),
      sent: z.int().positive(),
      failed: z.int(),
      serverSeconds: z.number(),
      postgresSeconds: z.number(),
      hitRate: z.number(),
      megabytes: z.number(),
      bytes: z.number(),
      p95: z.number(),
    }),
  ),
});
export type Measured = z.infer<typeof measuredFile>;

const amount = z.number().positive();
/** What is not measured but chosen: everyone has other prices and other people. */
export const assumptionsFile = z.strictObject({
  people: z.array(z.int().positive()),
  secondsBetweenRequests: amount,
  row: z.strictObject({ rate: amount, writeShare: z.number() }),
  pod: z.strictObject({ cpu: amount, memoryGiB: amount, targetCpu: amount, fewest: z.int(), most: z.int() }),
  database: z.strictObject({ targetCpu: amount, instances: z.int(), memoryGiBPerCore: amount, fewestCores: z.int(), storageGiB: amount, maxConnections: z.int() }), // prettier-ignore
  poolPerPod: z.int(),
  cache: z.strictObject({ memoryGiB: amount }),
  workHours: amount,
  prices: z.strictObject({
    ...{ currency: z.string(), of: z.string(), coreHour: amount, memoryGiBHour: amount, databaseCoreHour: amount },
    ...{ storageGiBMonth: amount, trafficGiB: amount, loadBalancerMonth: amount },
  }),
});
export type Assumptions = z.infer<typeof assumptionsFile>;

/** Of one request of the chosen row of the measurement. */
export function perRequest({ rows }: Measured, { row: wanted }: Assumptions) {
  const row = rows.find(
    ({ processes, rate, writeShare }) => processes === 1 && rate === wanted.rate && writeShare === wanted.writeShare,
  );
  if (!row) throw new Error(`The measurement has no row of ${wanted.rate}/s with ${wanted.writeShare * 100} % writes`);
  return {
    ...row,
    serverMs: (1000 * row.serverSeconds) / row.sent,
    postgresMs: (1000 * row.postgresSeconds) / row.sent,
  };
}

/** What so many people, all at work, need. The page says how far the measurement goes. */
export function planFor(people: number, measured: Measured, assumptions: Assumptions) {
  const { pod, database, prices, poolPerPod, cache, workHours } = assumptions;
  const one = perRequest(measured, assumptions);
  const rate = people / assumptions.secondsBetweenRequests;
  const serverCores = (rate * one.serverMs) / 1000;
  const pods = Math.max(pod.fewest, Math.ceil(serverCores / (pod.cpu * pod.targetCpu)));
  const databaseCores = Math.max(database.fewestCores, Math.ceil((rate * one.postgresMs) / 1000 / database.targetCpu));
  const trafficGiB = (rate * one.bytes * 3600 * workHours) / 2 ** 30;
  const servers = pods * hoursOfMonth * (pod.cpu * prices.coreHour + pod.memoryGiB * prices.memoryGiBHour);
  const databases = database.instances * (databaseCores * hoursOfMonth * (prices.databaseCoreHour + database.memoryGiBPerCore * prices.memoryGiBHour) + database.storageGiB * prices.storageGiBMonth); // prettier-ignore
  const rest = cache.memoryGiB * hoursOfMonth * prices.memoryGiBHour + trafficGiB * prices.trafficGiB + prices.loadBalancerMonth; // prettier-ignore
  const month = servers + databases + rest;
  return {
    ...{ people, rate, writes: rate * one.writeShare, serverCores, pods, databaseCores },
    memoryGiB: (pods * one.megabytes) / 1024,
    connections: pods * poolPerPod,
    megabits: (rate * one.bytes * 8) / 1e6,
    cost: { servers, databases, rest, month, perPerson: month / people },
  };
}
