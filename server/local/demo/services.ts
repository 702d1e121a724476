import { at } from './at.ts';
import { type Day, addDays, addYears, day } from './calendar.ts';
import { type AllocationKey, type Company, driverTypes } from './company.ts';
import { Random } from './random.ts';
import { rateOf, toPaise } from './rates.ts';
import { editions, levers, nounsOf, people, priorities, qualifiers, towers, vendorName } from './words.ts';

export interface Service {
  id: number;
  parentId: number | null;
  vendorId: number;
  vendorService: string;
  name: string;
  description: string;
  contract: string;
  start: Day;
  end: Day | null;
  renewal: Day | null;
  budgetHeadId: number;
  towerId: number;
  priority: string;
  isNew: boolean;
  lever: string;
  owner: string;
  poEntityId: number;
  /** The one that pays for a dedicated service; null when it is shared. */
  entityId: number | null;
  isShared: boolean;
  budgetKey: AllocationKey | null;
  actualKey: AllocationKey | null;
  isSeasonal: boolean;
  /** What a month costs in cents of a dollar, when it is paid in dollars. */
  usdCents: number | null;
  /** Budget of the current year in rupees. */
  rupees: number;
  /** The months it costs something, counted from 0 over the three years. */
  firstMonth: number;
  lastMonth: number;
  retiredOn: Day | null;
  /** Who is invoiced, and in which proportion. */
  payers: { entityId: number; weight: number }[];
}

/** The services that carry a story of their own. */
export const stories = { currencyMove: 7, expiringContract: 42, missingMonth: 118, unallocated: 203 };
const storyNames = new Map([
  [stories.currencyMove, { towerId: 4, noun: 'Customer relations suite' }],
  [stories.expiringContract, { towerId: 2, noun: 'MPLS links' }],
  [stories.missingMonth, { towerId: 7, noun: 'Server maintenance' }],
  [stories.unallocated, { towerId: 6, noun: 'Data lake' }],
]);
const usdCentsPerMonth = 12_000_000;
const crore = 10_000_000;

export function foundServices(company: Company): Service[] {
  const services: Service[] = [];
  for (let id = 1; id <= company.scale.services; id++) services.push(foundService(company, id, services));
  shareOutBudget(company, services);
  if (company.scale.cells) limitPayers(company, services, company.scale.cells);
  return services;
}

function foundService(company: Company, id: number, earlier: Service[]): Service {
  const random = new Random(2, id);
  const { scale } = company;
  const { towerId, noun } = storyNames.get(id) ?? chooseNoun(scale.towers, random);
  const vendorId = random.between(1, scale.vendors);
  const isChild = random.chance(0.06) && !storyNames.has(id);
  const parent = isChild
    ? earlier.slice(-60).find((other) => other.towerId === towerId && other.parentId === null)
    : undefined;
  return {
    id,
    parentId: parent?.id ?? null,
    vendorId,
    vendorService: `${vendorName(vendorId).split(' ')[0]} ${noun.split(' ')[0]} ${random.pick(editions)}`,
    name: `${noun} ${storyNames.has(id) ? 'Group' : random.pick(qualifiers)}`,
    description: `${noun} of the ${towers[towerId - 1]} tower, ${random.pick(['yearly', 'quarterly', 'monthly'])} invoice`,
    contract: random.chance(0.85) ? `C-${String(id).padStart(4, '0')}` : '',
    budgetHeadId: random.between(1, scale.budgetHeads),
    towerId,
    priority: random.pick(priorities),
    lever: random.pick(levers),
    owner: random.pick(people),
    poEntityId: random.between(1, scale.poEntities),
    isSeasonal: !storyNames.has(id) && random.chance(0.15),
    usdCents: id === stories.currencyMove ? usdCentsPerMonth : null,
    rupees: 0,
    ...foundContract(company, id, random),
    ...chooseShare(company, id, random),
  };
}

/** The first tower, of the clouds, has twice as many services as another. */
function chooseNoun(towerCount: number, random: Random): { towerId: number; noun: string } {
  const towerId = Math.max(1, random.between(0, towerCount));
  return { towerId, noun: random.pick(nounsOf(towerId)) };
}

function chooseShare({ scale, keys }: Company, id: number, random: Random) {
  const isUnallocated = id === stories.unallocated;
  if (!isUnallocated && !random.chance(0.4)) {
    const entityId = random.between(1, scale.entities);
    return { isShared: false, entityId, budgetKey: null, actualKey: null, payers: [{ entityId, weight: 1 }] };
  }
  const key = random.pick(keys);
  const actualKey = random.chance(0.1) ? random.pick(keys) : key;
  const payers = at(key.versions, 0).drivers.map(({ entityId, value }) => ({ entityId, weight: value }));
  const chosen = isUnallocated ? { budgetKey: null, actualKey: null } : { budgetKey: key, actualKey };
  return { isShared: true, entityId: null, ...chosen, payers };
}

type Contract = Pick<Service, 'start' | 'end' | 'renewal' | 'isNew' | 'firstMonth' | 'lastMonth' | 'retiredOn'>;

function foundContract(company: Company, id: number, random: Random): Contract {
  const { asOf, years } = company;
  const allYears = { isNew: false, firstMonth: 0, lastMonth: 35, retiredOn: null };
  const hasStory = storyNames.has(id);
  if (id === stories.expiringContract) {
    const end = addDays(asOf, 45);
    return { ...allYears, start: addYears(addDays(end, 1), -3), end, renewal: addDays(end, 1) };
  }
  if (!hasStory && random.chance(0.1)) return newContract(company, random);
  if (!hasStory && random.chance(0.02)) return endedContract(company, random);
  const begin = addDays(asOf, random.between(6, 730));
  const start = addYears(begin, -3 - random.between(0, 2));
  if (random.chance(0.08))
    return { ...allYears, start: addDays(at(years, 0).start, -random.between(0, 900)), end: null, renewal: null };
  return { ...allYears, start, end: addDays(begin, -1), renewal: begin };
}

/** Began in one of the last two years; its first months are empty, not zero. */
function newContract({ asOf, years }: Company, random: Random): Contract {
  const firstMonth = random.between(12, 12 + 10 + at(years, 2).reportedThrough);
  const start = dayOfMonth(at(years, 0).start, firstMonth);
  let renewal = start;
  while (renewal <= asOf) renewal = addYears(renewal, random.between(1, 3));
  return { start, end: addDays(renewal, -1), renewal, isNew: true, firstMonth, lastMonth: 35, retiredOn: null };
}

function endedContract({ asOf, years }: Company, random: Random): Contract {
  const lastMonth = random.between(11, 20 + at(years, 2).reportedThrough);
  const end = addDays(dayOfMonth(at(years, 0).start, lastMonth + 1), -1);
  const start = addYears(addDays(end, 1), -3);
  const retiredOn = addDays(end, 5) < asOf ? addDays(end, 5) : asOf;
  return { start, end, renewal: null, isNew: false, firstMonth: 0, lastMonth, retiredOn };
}

function dayOfMonth(yearStart: Day, month: number): Day {
  return day(Number(yearStart.slice(0, 4)), 4 + month, 1);
}

/** Few large services and many small ones, together the company's budget; whole thousands of rupees. */
function shareOutBudget({ scale, rates, currentYear }: Company, services: Service[]): void {
  const planned = rateOf(rates, 'PLAN', 'USD', currentYear.start);
  const told = new Map([
    [stories.currencyMove, (12 * toPaise(usdCentsPerMonth, planned)) / 100],
    [stories.expiringContract, 14 * crore],
    [stories.missingMonth, 3 * crore],
    [stories.unallocated, crore],
  ]);
  const others = services.filter(({ id }) => !told.has(id));
  const weights = others.map(({ id }) => 1 / (0.02 + new Random(3, id).next()));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rest = [...told.values()].reduce((left, rupees) => left - rupees, scale.rupees);
  others.forEach((service, index) => {
    service.rupees = Math.round(((at(weights, index) / total) * rest) / 1_000) * 1_000;
  });
  for (const service of services) service.rupees = told.get(service.id) ?? service.rupees;
}

/** Drops payers of shared services until budget and actual months together are as many as asked for. */
function limitPayers({ currentYear }: Company, services: Service[], cells: number): void {
  const completed = 24 + currentYear.reportedThrough;
  const monthsOf = ({ firstMonth, lastMonth }: Service, end: number) =>
    Math.max(0, Math.min(lastMonth + 1, end) - firstMonth);
  let left = cells;
  let sharedMonths = 0;
  for (const service of services) {
    left -= monthsOf(service, 36);
    if (service.isShared) sharedMonths += monthsOf(service, completed);
    else left -= monthsOf(service, completed);
  }
  for (const service of services) {
    const months = monthsOf(service, completed);
    if (!service.isShared || months === 0) continue;
    const count = Math.max(1, Math.min(service.payers.length, Math.round(left / sharedMonths)));
    service.payers = new Random(4, service.id).sample(service.payers, count);
    left -= months * count;
    sharedMonths -= months;
  }
}

export const uidOf = (id: number): string => `SVC-${String(id).padStart(4, '0')}`;
export const allocationTypeIdOf = ({ budgetKey }: Service): number =>
  budgetKey ? driverTypes.indexOf(budgetKey.driverType as (typeof driverTypes)[number]) + 1 : driverTypes.length + 1;

export const isActiveIn = (service: Service, yearIndex: number): boolean =>
  service.firstMonth < (yearIndex + 1) * 12 && service.lastMonth >= yearIndex * 12;
