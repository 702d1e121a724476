type Value = { value: number; labels: Partial<Record<string, string | number>>; metricName?: string };
/** The metrics of this process, by name. */
export type Counted = Record<string, readonly Value[] | undefined>;
type Keep = (labels: Value['labels']) => boolean;

export const sumOf = (counted: Counted, name: string, keep: Keep = () => true): number =>
  (counted[name] ?? []).filter(({ labels }) => keep(labels)).reduce((sum, { value }) => sum + value, 0);

/** Undefined where there is no such figure, as of a Redis that is not configured. */
export const figureOf = (counted: Counted, name: string): number | undefined => counted[name]?.[0]?.value;

/** What was counted since; a series that is new began at 0. */
export function since(before: Counted, now: Counted): Counted {
  const change = (name: string, values: readonly Value[] = []) => {
    const nameOf = ({ metricName, labels }: Value) => JSON.stringify([metricName, labels]);
    const earlier = new Map((before[name] ?? []).map((one) => [nameOf(one), one.value]));
    return values.map((one) => ({ ...one, value: one.value - (earlier.get(nameOf(one)) ?? 0) }));
  };
  return Object.fromEntries(Object.entries(now).map(([name, values]) => [name, change(name, values)]));
}

/** As Prometheus estimates it, of the buckets of a histogram; undefined before the first observation. */
export function quantileOf(counted: Counted, name: string, share: number, keep: Keep = () => true): number | undefined {
  const sums = new Map<number, number>();
  for (const { value, labels, metricName } of counted[name] ?? []) {
    if (metricName !== `${name}_bucket` || !keep(labels)) continue;
    const limit = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    sums.set(limit, (sums.get(limit) ?? 0) + value);
  }
  const buckets = [...sums].toSorted(([a], [b]) => a - b);
  const wanted = (buckets.at(-1)?.[1] ?? 0) * share;
  if (wanted === 0) return undefined;
  let [below, before] = [0, 0];
  for (const [limit, count] of buckets) {
    if (count >= wanted)
      return limit === Infinity ? below : below + ((limit - below) * (wanted - before)) / (count - before);
    [below, before] = [limit, count];
  }
  return below;
}

const queries = 'db_query_duration_seconds';

/** The statements that took the most time in all. */
export function dearestOf(counted: Counted, most: number) {
  const seconds = (counted[queries] ?? []).filter(({ metricName }) => metricName === `${queries}_sum`);
  return seconds
    .toSorted((a, b) => b.value - a.value)
    .slice(0, most)
    .map(({ value, labels: { table, operation } }) => {
      const isIt: Keep = (labels) => labels['table'] === table && labels['operation'] === operation;
      return {
        name: `${String(table)}.${String(operation)}`,
        times: (counted[queries] ?? [])
          .filter(({ metricName, labels }) => metricName === `${queries}_count` && isIt(labels))
          .reduce((sum, one) => sum + one.value, 0),
        seconds: value,
      };
    });
}
