import { config } from '../../config.ts';
import { logger } from '../../lib/logger.ts';
import { forwardedRequests, httpDuration, httpRequests, requestsShed } from '../../lib/metrics.ts';
import { type Counted, since } from './counted.rules.ts';
import { proxiesOf, proxyTrouble } from './requests.rules.ts';

/** What is found wrong of requests is of the last minutes, so that a finding goes when its trouble has gone. */
const minutes = 5;
const kept: Counted[] = [];
let told: string | undefined;

const countedNow = async (): Promise<Counted> =>
  Object.fromEntries(
    await Promise.all(
      [httpRequests, httpDuration, requestsShed, forwardedRequests].map(async (metric) => {
        const { name, values } = await metric.get();
        return [name, values] as const;
      }),
    ),
  );

/** What this process counted in the last minutes; of one that is younger, since it began. */
export const lately = async () => since(kept.length > minutes ? (kept[0] ?? {}) : {}, await countedNow());

/** Once a minute. */
export async function keepCounts() {
  kept.push(await countedNow());
  if (kept.length > minutes + 1) kept.shift();
  const trouble = proxyTrouble(proxiesOf(await lately(), config.TRUST_PROXY));
  if (trouble && trouble.what !== told) logger.warn(`${trouble.what}. ${trouble.todo}.`);
  told = trouble?.what;
}
