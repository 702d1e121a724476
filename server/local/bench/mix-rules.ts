/** A day's mix: what people at work ask for, the same in every run. */

/** Park and Miller, so that two runs ask for the same. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

export type Wish =
  { kind: 'dashboard' | 'list' | 'months'; path: string } | { kind: 'write'; service: number; path: string };

type Company = { entities: number[]; towers: number[]; services: number[] };

const orders = ['uid', '-budget', '-ytdVariance', 'vendor', 'endDate'];

/** 40 % dashboards, a fifth of them of one entity; 50 % lists; 10 % months of a service; of all that a share of writes. */
export function wishes({ entities, towers, services }: Company, writeShare: number, seed: number): () => Wish {
  const random = randomFrom(seed);
  const oneOf = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  return () => {
    if (random() < writeShare) {
      const service = oneOf(services);
      return { kind: 'write', service, path: `/api/budgets/${service}?fy=FY26` };
    }
    const dice = random();
    if (dice < 0.4) {
      const entity = random() < 0.2 ? `&entity=${oneOf(entities)}` : '';
      return { kind: 'dashboard', path: `/api/reports/dashboard?fy=FY26${entity}` };
    }
    if (dice < 0.9) {
      const tower = random() < 0.5 ? `&tower=${oneOf(towers)}` : '';
      const page = 1 + Math.floor(random() * 5);
      return { kind: 'list', path: `/api/budgets?fy=FY26&limit=50&page=${page}&sort=${oneOf(orders)}${tower}` };
    }
    return { kind: 'months', path: `/api/services/${oneOf(services)}/months?fy=FY26` };
  };
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
