/** What servers answered in a while. */
export interface Answers {
  requests: number;
  errors: number;
  /** Of all answers, by their longest time in seconds, as Prometheus counts them: each holds those below. */
  buckets: Map<number, number>;
}

/** Of these nobody waits for the answer, or waits on purpose. */
const ignored = /^(\/livez|\/readyz|\/health|\/metrics|\/api\/events)$/;
const line = /^http_request_duration_seconds_bucket\{(.*)\} (\d+)$/gm;
const label = (labels: string, name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';

/** Of the metrics of one server: all since it started. */
export function answersIn(metrics: string): Answers {
  const answers: Answers = { requests: 0, errors: 0, buckets: new Map() };
  for (const [, labels = '', count] of metrics.matchAll(line)) {
    if (ignored.test(label(labels, 'route'))) continue;
    const upTo = label(labels, 'le') === '+Inf' ? Infinity : Number(label(labels, 'le'));
    answers.buckets.set(upTo, (answers.buckets.get(upTo) ?? 0) + Number(count));
    if (upTo !== Infinity) continue;
    answers.requests += Number(count);
    if (label(labels, 'status').startsWith('5')) answers.errors += Number(count);
  }
  return answers;
}

const combined = (a: Answers, b: Answers, sign: 1 | -1): Answers => ({
  requests: a.requests + sign * b.requests,
  errors: a.errors + sign * b.errors,
  buckets: new Map([...a.buckets, ...b.buckets].map(([upTo]) => [upTo, (a.buckets.get(upTo) ?? 0) + sign * (b.buckets.get(upTo) ?? 0)])), // prettier-ignore
});
export const nothing: Answers = { requests: 0, errors: 0, buckets: new Map() };
export const since = (now: Answers, before: Answers) => combined(now, before, -1);
export const together = (all: Answers[]) => all.reduce((sum, one) => combined(sum, one, 1), nothing);

/** In milliseconds, between the limits of the bucket that holds it. */
export function p95({ requests, buckets }: Answers): number {
  const wanted = requests * 0.95;
  let [below, belowCount] = [0, 0];
  for (const [upTo, count] of [...buckets].sort(([a], [b]) => a - b)) {
    if (count >= wanted && count > belowCount)
      return 1000 * (upTo === Infinity ? below : below + ((upTo - below) * (wanted - belowCount)) / (count - belowCount)); // prettier-ignore
    [below, belowCount] = [upTo, count];
  }
  return 0;
}

export const limits = {
  /** Fewer say nothing. */
  requests: 20,
  /** More errors of a hundred answers than the stable servers have. */
  errorShare: 0.01,
  /** So many times the stable servers' p95, and more than that many milliseconds above it. */
  slower: 2,
  slowerMs: 100,
};

/** What is wrong with the new servers beside the stable ones; "too few" is no judgement. */
export function faultOf(next: Answers, stable: Answers): string | undefined {
  if (next.requests < limits.requests) return undefined;
  const share = ({ errors, requests }: Answers) => errors / Math.max(1, requests);
  if (share(next) > share(stable) + limits.errorShare)
    return `${next.errors} of ${next.requests} answers are errors (5xx), of the stable servers' ${stable.errors} of ${stable.requests}`;
  const [slow, usual] = [p95(next), p95(stable)];
  if (slow > limits.slower * usual && slow > usual + limits.slowerMs)
    return `p95 is ${Math.round(slow)} ms, of the stable servers ${Math.round(usual)} ms`;
  return undefined;
}
