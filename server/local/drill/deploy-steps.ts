import { CommandFailed } from '../command.ts';
import { back, blueGreen, finish } from '../deploy/blue-green.ts';
import { canary } from '../deploy/canary.ts';
import { Next } from '../deploy/next.ts';
import type { Cluster } from './cluster.ts';
import type { Step } from './table.ts';

interface Rehearsal {
  cluster: Cluster;
  /** What is deployed; without it what is there already, once more. */
  nextImage: string | undefined;
}

const seconds = 60;
/** A server that takes on one request at a time: it works, and turns most of the others away. */
const bad = { REQUESTS_IN_WORK_MAX: '1', DATABASE_POOL_MAX: '1', CACHE_MEMORY_MB: '1' };

export const deploySteps: Step<Rehearsal>[] = [
  { what: 'blue-green, and back', work: (context) => deployed(context, ({ cluster }) => back(cluster)) },
  { what: 'blue-green, for good', work: (context) => deployed(context, ({ cluster }) => finish(cluster)) },
  { what: 'a canary that is good', work: (context) => tried(context, {}, false) },
  { what: 'a canary that is bad', work: (context) => tried(context, bad, true) },
];

async function deployed(context: Rehearsal, then: (context: Rehearsal) => Promise<void>): Promise<string> {
  const { words } = await withDefer(
    async (defer) =>
    blueGreen(context.cluster, { image: await imageOf(context), seconds: 20, hold: true, account: await accountOf(context) }, defer), // prettier-ignore
  );
  await then(context);
  return words;
}

async function tried(context: Rehearsal, settings: Record<string, string>, isBad: boolean): Promise<string> {
  const { fault, words } = await withDefer(
    async (defer) =>
    canary(context.cluster, { image: await imageOf(context), settings, share: 10, seconds, account: await accountOf(context) }, defer), // prettier-ignore
  );
  if ((fault !== undefined) !== isBad) throw new CommandFailed(words);
  return words;
}

const imageOf = async ({ cluster, nextImage }: Rehearsal) => nextImage ?? new Next(cluster).image(Next.names.stable);
const accountOf = async ({ cluster }: Rehearsal) => ({ email: 'admin@localhost', password: await cluster.secret('admin_password') }); // prettier-ignore

/** What a deployment began ends with its step. */
async function withDefer<Result>(work: (defer: (close: () => unknown) => void) => Promise<Result>): Promise<Result> {
  const closers: (() => unknown)[] = [];
  try {
    return await work((close) => closers.push(close));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}
