import { at } from './at.ts';
import { spread } from '../../src/lib/amounts/shares.ts';
import type { Company } from './company.ts';
import { Random } from './random.ts';
import { rateOf, toPaise } from './rates.ts';
import { type Service, isActiveIn, stories } from './services.ts';

/** Twelve amounts in paise; null where nothing is entered. */
export type Months = (number | null)[];

const overBudgetTower = 1;
const underBudgetTower = 3;
/** The company grows by about 6 % a year. */
const sizeOfYear = [0.89, 0.943, 1];
const even = [1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n];
const seasons = [
  [6n, 6n, 7n, 7n, 8n, 9n, 11n, 13n, 10n, 8n, 7n, 8n], // the festive months
  [12n, 7n, 7n, 9n, 7n, 7n, 9n, 7n, 7n, 9n, 7n, 12n], // quarters and both ends of the year
  [6n, 6n, 6n, 7n, 7n, 8n, 8n, 9n, 9n, 10n, 12n, 12n], // usage that grows
];

/** The budget of a service in one of the three years, or null when it cost nothing then. */
export function plannedMonths({ years, rates }: Company, service: Service, yearIndex: number): Months | null {
  if (!isActiveIn(service, yearIndex)) return null;
  const isActive = even.map((_, month) => {
    const position = yearIndex * 12 + month;
    return position >= service.firstMonth && position <= service.lastMonth;
  });
  if (service.usdCents !== null) {
    const paise = toPaise(service.usdCents, rateOf(rates, 'PLAN', 'USD', at(years, yearIndex).start));
    return isActive.map((active) => (active ? paise : null));
  }
  const random = new Random(5, service.id, yearIndex);
  const profile = service.isSeasonal ? at(seasons, service.id % seasons.length) : even;
  const weights = profile.map((weight, month) => (isActive[month] ? weight : 0n));
  const share =
    weights.reduce((sum, weight) => sum + Number(weight), 0) / profile.reduce((sum, weight) => sum + Number(weight), 0);
  const growth = yearIndex === 2 ? 1 : random.factor(0.06) * at(sizeOfYear, yearIndex);
  const rupees = Math.max(1, Math.round((service.rupees * growth * share) / 1_000)) * 1_000;
  return spread(BigInt(rupees * 100), weights).map((paise, month) => (isActive[month] ? Number(paise) : null));
}

/** What each payer was invoiced, up to the last completed month. */
export function* invoicedMonths(
  company: Company,
  service: Service,
  yearIndex: number,
): Generator<{ entityId: number; months: Months }> {
  const totals = spentMonths(company, service, yearIndex);
  if (!totals) return;
  const weight = service.payers.reduce((sum, payer) => sum + payer.weight, 0);
  const left = totals.map((total) => total ?? 0);
  for (const [index, { entityId, weight: own }] of service.payers.entries()) {
    const isLast = index === service.payers.length - 1;
    const months = totals.map((total, month) => {
      if (total === null) return null;
      const part = isLast ? at(left, month) : Math.floor((total * own) / weight);
      left[month] = at(left, month) - part;
      return part;
    });
    yield { entityId, months };
  }
}

function spentMonths(company: Company, service: Service, yearIndex: number): Months | null {
  const planned = plannedMonths(company, service, yearIndex);
  if (!planned) return null;
  const year = at(company.years, yearIndex);
  const random = new Random(6, service.id, yearIndex);
  const usual = trend(company, service, yearIndex) * new Random(7, service.id).factor(0.08);
  // Some vendors invoice paise, most whole rupees.
  const unit = service.id % 4 === 0 ? 1 : 100;
  const months = planned.map((paise, month) => {
    const noise = random.factor(0.12);
    if (paise === null || month >= year.reportedThrough || isMissing(company, service, yearIndex, month)) return null;
    if (service.usdCents !== null) {
      return toPaise(service.usdCents, rateOf(company.rates, 'ACTUAL', 'USD', at(year.periods, month).start));
    }
    return Math.round((paise * usual * noise) / unit) * unit;
  });
  return months.some((paise) => paise !== null) ? months : null;
}

/** One tower runs away in the current year and one saves; the others stay near their budget. */
function trend({ years }: Company, { towerId }: Service, yearIndex: number): number {
  const random = new Random(8, towerId, yearIndex);
  if (yearIndex < years.length - 1) return 0.99 * random.factor(0.03);
  if (towerId === overBudgetTower) return 1.14;
  return towerId === underBudgetTower ? 0.89 : 0.985 * random.factor(0.02);
}

/** An invoice that should have come three months ago. */
function isMissing({ currentYear }: Company, { id }: Service, yearIndex: number, month: number): boolean {
  return id === stories.missingMonth && yearIndex * 12 + month === 24 + currentYear.reportedThrough - 3;
}
