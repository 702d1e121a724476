/** The metrics of a process as Prometheus reads them. */
export async function scrape(metricsUrl: string) {
  const lines = (await (await fetch(metricsUrl)).text()).split('\n').filter((line) => line && !line.startsWith('#'));
  const series = lines.map((line) => {
    const [, name = '', labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return { name, labels, value: Number(value) };
  });
  return {
    names: new Set(series.map(({ name }) => name)),
    /** The sum of the series that carry all these labels, such as `pool="primary"`; undefined without one. */
    value(name: string, ...labels: string[]): number | undefined {
      const found = series.filter((one) => one.name === name && labels.every((label) => one.labels.includes(label)));
      return found.length === 0 ? undefined : found.reduce((sum, one) => sum + one.value, 0);
    },
  };
}
export type Scraped = Awaited<ReturnType<typeof scrape>>;
