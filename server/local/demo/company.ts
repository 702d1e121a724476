import { at } from './at.ts';
import { type Day, type FiscalYear, fiscalYears } from './calendar.ts';
import { Random } from './random.ts';
import { type Rate, exchangeRates } from './rates.ts';

export type Size = 'demo' | 'reference' | 'x10';

interface Scale {
  services: number;
  vendors: number;
  towers: number;
  budgetHeads: number;
  entities: number;
  poEntities: number;
  purchaseLines: number;
  /** How many entities share by one key. */
  keyMembers: readonly [least: number, most: number];
  keyGroups: readonly string[];
  /** Budget and actual months together; without it every entity of a key books its own actuals. */
  cells?: number;
  /** Budget of the current year. */
  rupees: number;
}

const crore = 10_000_000;
const reference: Scale = {
  services: 5_000,
  vendors: 400,
  towers: 12,
  budgetHeads: 20,
  entities: 20,
  poEntities: 5,
  purchaseLines: 8_000,
  keyMembers: [5, 11],
  keyGroups: ['', ' North', ' South', ' Plants', ' Offices', ' Stores'],
  cells: 600_000,
  rupees: 1_500 * crore,
};

export const scales: Record<Size, Scale> = {
  demo: {
    services: 300,
    vendors: 60,
    towers: 8,
    budgetHeads: 10,
    entities: 8,
    poEntities: 3,
    purchaseLines: 420,
    keyMembers: [6, 8],
    keyGroups: ['', ' Offices'],
    rupees: 180 * crore,
  },
  reference,
  x10: {
    ...reference,
    services: 50_000,
    purchaseLines: 80_000,
    cells: 6_000_000,
    rupees: 15_000 * crore,
  },
};

export interface KeyVersion {
  id: number;
  validFrom: Day;
  /** Driver values in hundredths. */
  drivers: { entityId: number; value: number }[];
}

export interface AllocationKey {
  id: number;
  name: string;
  driverType: string;
  versions: KeyVersion[];
}

export interface Company {
  asOf: Day;
  scale: Scale;
  years: FiscalYear[];
  currentYear: FiscalYear;
  keys: AllocationKey[];
  rates: Rate[];
}

export function foundCompany(size: Size, asOf: Day): Company {
  const scale = scales[size];
  const years = fiscalYears(asOf);
  const currentYear = at(years, -1);
  return { asOf, scale, years, currentYear, keys: allocationKeys(scale, years), rates: exchangeRates(years) };
}

export const driverTypes = ['Headcount', 'Mailboxes', 'Users', 'Revenue'] as const;
/** Least and most of an entity's driver, in hundredths: people, mailboxes, users and crores of revenue. */
const driverRanges = [
  [4_000, 250_000],
  [3_000, 180_000],
  [2_000, 220_000],
  [2_500, 90_000],
] as const;

function allocationKeys(scale: Scale, years: FiscalYear[]): AllocationKey[] {
  const [oldest, , current] = years as [FiscalYear, FiscalYear, FiscalYear];
  const ids = Array.from({ length: scale.entities }, (_, index) => index + 1);
  const keys = scale.keyGroups.flatMap((group) => driverTypes.map((driverType, kind) => ({ group, driverType, kind })));
  let versions = 0;
  return keys.map(({ group, driverType, kind }, index) => {
    const random = new Random(1, index);
    const members = random.sample(ids, random.between(...scale.keyMembers));
    const [least, most] = at(driverRanges, kind);
    // Revenue has paise, heads are whole.
    const drivers = members.map((entityId) => {
      const value = random.between(least, most);
      return { entityId, value: driverType === 'Revenue' ? value : value - (value % 100) };
    });
    const dated = [{ id: ++versions, validFrom: oldest.start, drivers }];
    if (index % 3 === 0)
      dated.push({ id: ++versions, validFrom: at(current.periods, 6).start, drivers: regrown(drivers, random) });
    return { id: index + 1, name: `${current.label}-${driverType}${group}`, driverType, versions: dated };
  });
}

/** In the middle of the year people are counted again. */
function regrown(drivers: KeyVersion['drivers'], random: Random): KeyVersion['drivers'] {
  return drivers.map(({ entityId, value }) => ({
    entityId,
    value: Math.max(100, Math.round((value * random.factor(0.3)) / 100) * 100),
  }));
}
