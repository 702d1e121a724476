import { at } from './at.ts';
import { type Day, addDays } from './calendar.ts';
import type { Company } from './company.ts';
import { Random } from './random.ts';
import { rateOf, toPaise } from './rates.ts';
import { type Service, isActiveIn, stories } from './services.ts';

export interface PurchaseLine {
  id: number;
  vendorId: number;
  poEntityId: number;
  prNumber: string;
  prDate: Day;
  /** In hundredths of the document's currency, like `poValue`. */
  prAmount: number;
  poNumber: string;
  poDate: Day | null;
  poValue: number | null;
  currency: 'INR' | 'USD';
  /** Ten-thousandths of a rupee, frozen on the document. */
  rate: number;
  /** Paise, like everything of the splits. */
  baseValue: number;
  splits: PurchaseSplit[];
}

export interface PurchaseSplit {
  id: number;
  serviceId: number;
  yearId: number;
  ordered: number;
  cancelled: number;
  invoiced: number;
}

/** Makes the lines one after the other, the same ones each time. */
export function* purchaseLines(company: Company, services: Service[]): Generator<PurchaseLine> {
  const byVendor = groupByVendor(services);
  let splitId = 0;
  for (let id = 1; id <= company.scale.purchaseLines; id++) {
    const random = new Random(9, id);
    const yearIndex = random.pick([0, 1, 1, 2, 2]);
    const first = firstService(company, services, id, random, yearIndex);
    const others = () =>
      (byVendor.get(first.vendorId) ?? []).filter((other) => other !== first && isActiveIn(other, yearIndex));
    const further = random.chance(0.15) ? random.sample(others(), random.between(1, 2)) : [];
    const line = purchaseLine(company, id, random, yearIndex, [first, ...further]);
    for (const split of line.splits) split.id = ++splitId;
    yield line;
  }
}

function groupByVendor(services: Service[]): Map<number, Service[]> {
  const groups = new Map<number, Service[]>();
  for (const service of services) {
    const group = groups.get(service.vendorId);
    if (group) group.push(service);
    else groups.set(service.vendorId, [service]);
  }
  return groups;
}

/** The two large contracts have orders at any size. */
function firstService(company: Company, services: Service[], id: number, random: Random, yearIndex: number): Service {
  if (id <= 8) return at(services, (id <= 4 ? stories.currencyMove : stories.expiringContract) - 1);
  for (;;) {
    const service = random.pick(services);
    if (isActiveIn(service, yearIndex)) return service;
  }
}

function purchaseLine(
  company: Company,
  id: number,
  random: Random,
  yearIndex: number,
  services: Service[],
): PurchaseLine {
  const { years, rates, scale } = company;
  const year = at(years, yearIndex);
  const first = at(services, 0);
  const month = random.between(0, Math.max(0, year.reportedThrough - 1));
  const prDate = addDays(at(year.periods, month).start, random.between(0, 9));
  const isOrdered = yearIndex < 2 || !random.chance(0.12);
  const currency = first.usdCents !== null || random.chance(0.08) ? 'USD' : 'INR';
  const rate = currency === 'USD' ? rateOf(rates, 'ACTUAL', 'USD', prDate) : 10_000;
  const yearly = services.reduce((sum, service) => sum + service.rupees, 0) * 100;
  const wanted = yearly * (0.25 + 0.45 * random.next());
  const step = currency === 'USD' ? 10_000 : 100_000; // hundreds of dollars, thousands of rupees
  const value = Math.max(step, Math.round((wanted * 10_000) / rate / step) * step);
  const baseValue = isOrdered ? toPaise(value, rate) : 0;
  return {
    id,
    vendorId: first.vendorId,
    poEntityId: random.chance(0.9) ? first.poEntityId : random.between(1, scale.poEntities),
    prNumber: `PR-${1_000 + id}`,
    prDate,
    prAmount: random.chance(0.8) ? value : value + step,
    poNumber: isOrdered ? `PO-${20_000 + id}` : '',
    poDate: isOrdered ? addDays(prDate, random.between(2, 18)) : null,
    poValue: isOrdered ? value : null,
    currency,
    rate,
    baseValue,
    splits: splitsOf(services, baseValue, year.id, progress(company, random, yearIndex), random),
  };
}

/** How far an order is invoiced: the past all but wholly, the current year as far as the year has come. */
function progress({ years }: Company, random: Random, yearIndex: number): number {
  if (random.chance(0.01)) return 1.03; // invoiced beyond the order
  if (yearIndex < years.length - 1) return random.chance(0.97) ? 1 : 0.9;
  return Math.min(1, (at(years, yearIndex).reportedThrough / 12) * random.factor(0.25));
}

/** By the size of the services, whole rupees to each but the last, which takes the rest; a mere request has none. */
function splitsOf(
  services: Service[],
  baseValue: number,
  yearId: number,
  invoicedPart: number,
  random: Random,
): PurchaseSplit[] {
  const rupees = services.reduce((sum, service) => sum + service.rupees, 0);
  let left = baseValue;
  return services.map((service, index) => {
    const isLast = index === services.length - 1;
    const ordered = isLast ? left : Math.floor((baseValue * (service.rupees / rupees)) / 100) * 100;
    left -= ordered;
    const cancelled = random.chance(0.05) ? Math.floor(ordered / 1_000) * 100 : 0;
    const due = ordered - cancelled;
    const invoiced = invoicedPart === 1 ? due : Math.round((due * invoicedPart) / 100) * 100;
    return { id: 0, serviceId: service.id, yearId, ordered, cancelled, invoiced };
  });
}
