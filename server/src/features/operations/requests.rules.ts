import type { Operations } from '@opex/contracts/operations';
import { type Counted, quantileOf, sumOf } from './counted.rules.ts';

const probes = ['/livez', '/readyz', '/health'];
type Labels = Partial<Record<string, string | number>>;
const isAsked = ({ route }: Labels) => !probes.includes(String(route));
const isAnswered = (labels: Labels) => isAsked(labels) && labels['route'] !== '/api/events';

export function requestsOf(counted: Counted): Operations['lately'] {
  const p95 = quantileOf(counted, 'http_request_duration_seconds', 0.95, isAnswered);
  return {
    answered: sumOf(counted, 'http_requests_total', isAsked),
    failed: sumOf(counted, 'http_requests_total', (labels) => isAsked(labels) && Number(labels['status']) >= 500),
    turnedAway: sumOf(counted, 'http_requests_shed_total'),
    p95Ms: p95 === undefined ? null : p95 * 1000,
  };
}

export function proxiesOf(counted: Counted, trusted: number): Operations['proxies'] {
  const of = (proxies: string) =>
    sumOf(counted, 'http_forwarded_requests_total', (labels) => labels['proxies'] === proxies);
  return { trusted, fewer: of('fewer'), asSaid: of('as said'), more: of('more') };
}

/** Fewer requests may be those of one stranger who sends the header. */
const enough = 20;
const nearlyAll = 0.9;

export function proxyTrouble({ trusted, fewer, asSaid, more }: Operations['proxies']) {
  const all = fewer + asSaid + more;
  if (all < enough) return undefined;
  const todo =
    'Set TRUST_PROXY to the number of proxies in front that add to X-Forwarded-For, and start the process again';
  const than = `proxies than TRUST_PROXY=${trusted} says`;
  if (more / all > nearlyAll)
    return { what: `Requests come through more ${than}, so limits count all callers as one address`, todo };
  if (fewer / all > nearlyAll)
    return { what: `Requests come through fewer ${than}, so callers can claim any address, or count as one`, todo };
  return undefined;
}
