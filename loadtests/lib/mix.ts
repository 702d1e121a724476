/** What people at work ask for: load tests, benchmark and drills send the same. `random` says whether two runs ask for the same, too. */

export type Company = { fy: string; entities: number[]; towers: number[]; services: number[] };
type Random = () => number;
type Path = (company: Company, random: Random) => string;

export const oneOf = <Item>(items: readonly Item[], random: Random) =>
  items[Math.floor(random() * items.length)] as Item;
const orders = ['uid', '-budget', '-ytdVariance', 'vendor', 'endDate'];

/** A fifth of them of one entity. */
export const dashboardPath: Path = ({ fy, entities }, random) => {
  const entity = random() < 0.2 && entities.length > 0 ? `&entity=${oneOf(entities, random)}` : '';
  return `/api/reports/dashboard?fy=${fy}${entity}`;
};

/** One of the first five pages, half of them of one tower. */
export const listPath: Path = ({ fy, towers, services }, random) => {
  const tower = random() < 0.5 && towers.length > 0 ? `&tower=${oneOf(towers, random)}` : '';
  const page = 1 + Math.floor(random() * Math.min(5, Math.ceil(services.length / 50)));
  return `/api/budgets?fy=${fy}&limit=50&page=${page}&sort=${oneOf(orders, random)}${tower}`;
};

export const monthsPath: Path = ({ fy, services }, random) =>
  `/api/services/${oneOf(services, random)}/months?fy=${fy}`;

export type Wish = { kind: 'dashboard' | 'list' | 'months'; path: string } | { kind: 'write'; service: number };

/** 40 % dashboards, 50 % lists, 10 % months of a service; of all that a share of writes. */
export function wish(company: Company, writeShare: number, random: Random): Wish {
  if (random() < writeShare) return { kind: 'write', service: oneOf(company.services, random) };
  const dice = random();
  if (dice < 0.4) return { kind: 'dashboard', path: dashboardPath(company, random) };
  if (dice < 0.9) return { kind: 'list', path: listPath(company, random) };
  return { kind: 'months', path: monthsPath(company, random) };
}
