import { addUnits, negated, type Units } from '../../lib/amounts/units.ts';
import {
  actualsAt,
  type Amounts,
  budgetToDateAt,
  committedAt,
  type Facts,
  type Keys,
  shareOut,
  type Shares,
  sumOf,
  type Year,
} from './engine.rules.ts';

/** A row of net figures as it is kept. */
export interface KeptShare extends Owner {
  id: string;
  entityId: number | null;
  amounts: Amounts;
}
interface Owner {
  towerId: number | null;
  vendorId: number | null;
}
/** Budget, actual, committed, budget to date, actual to date. */
export type YearTotals = Units[];

export interface Place {
  serviceId: number;
  yearId: number;
}
/** What is kept of one service in one year. */
export interface Kept {
  totals: YearTotals | undefined;
  shares: KeptShare[];
}
/** One service in one year: its facts, and what is kept of it. No facts: the service or the year is gone. */
export interface DueYear extends Place {
  owner: Owner;
  facts: Facts | undefined;
  kept: Kept;
}

export interface ShareRow extends Place, Owner {
  entityId: number | null;
  amounts: Amounts;
}
/** A row that is kept, as it was and as it is to be. */
export interface KeptShareRow extends ShareRow {
  id: string;
  before: Amounts;
  hasMoved: boolean;
}
export interface TotalsRow extends Place {
  totals: YearTotals;
}
export interface Changes {
  /** Ids of rows that go. */
  gone: string[];
  changed: KeptShareRow[];
  added: ShareRow[];
  totals: TotalsRow[];
}

export const noChanges = (): Changes => ({ gone: [], changed: [], added: [], totals: [] });

/** What has to be written so that the kept figures are those of the facts; the roll-ups are told by how much they differ. */
export function compare(due: DueYear, year: Year, keys: Keys, changes: Changes, rollUps: RollUps) {
  const { serviceId, yearId, owner, facts } = due;
  const shares = facts ? shareOut(facts, year, keys) : (new Map() as Shares);
  for (const kept of due.kept.shares) {
    const amounts = shares.get(kept.entityId);
    shares.delete(kept.entityId);
    const hasMoved = kept.towerId !== owner.towerId || kept.vendorId !== owner.vendorId;
    if (amounts && !hasMoved && isSame(amounts, kept.amounts)) continue;
    if (!amounts) changes.gone.push(kept.id);
    if (!amounts || hasMoved) rollUps.add(yearId, kept.entityId, kept, kept.amounts.map(negated));
    if (!amounts) continue;
    rollUps.add(yearId, kept.entityId, owner, hasMoved ? amounts : differences(amounts, kept.amounts));
    changes.changed.push({
      ...{ id: kept.id, serviceId, yearId, ...owner, entityId: kept.entityId },
      ...{ amounts, before: kept.amounts, hasMoved },
    });
  }
  for (const [entityId, amounts] of shares) {
    rollUps.add(yearId, entityId, owner, amounts);
    changes.added.push({ serviceId, yearId, ...owner, entityId, amounts });
  }
  const totals = facts && totalsOf(facts, year);
  if (totals && !(due.kept.totals && isSame(totals, due.kept.totals)))
    changes.totals.push({ serviceId, yearId, totals });
}

/** A number and a bigint are never the same amount, because each amount is a number if it can be. */
function isSame(some: readonly Units[], others: readonly Units[]): boolean {
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}

const differences = (amounts: Amounts, before: Amounts): Amounts =>
  amounts.map((amount, at) => addUnits(amount, negated(before[at] ?? 0)));

const totalsOf = ({ budget, actual, committed }: Facts, { reportedThrough }: Year): YearTotals => [
  sumOf(budget, 0, 12),
  sumOf(actual, 0, 12),
  committed,
  sumOf(budget, 0, reportedThrough),
  sumOf(actual, 0, reportedThrough),
];

export interface TowerDifference {
  yearId: number;
  towerId: number | null;
  entityId: number | null;
  /** Twenty-four months and the open orders. */
  amounts: Units[];
}
export interface VendorDifference {
  yearId: number;
  vendorId: number | null;
  /** Undefined: of all entities together. */
  entityId?: number | null;
  budget: Units;
  actual: Units;
}

/** Of one tower in one year, by entity. */
type TowerDifferences = Map<number | null, TowerDifference>;
/** Of one vendor in one year: of all entities together, and by entity. */
interface VendorDifferences {
  all: VendorDifference;
  entities: Map<number | null, VendorDifference>;
}

/** By how much the sums over towers and vendors change. */
export class RollUps {
  readonly #towers = new Map<string, TowerDifferences>();
  readonly #vendors = new Map<string, VendorDifferences>();
  /** What was found last. The shares of a service come one after the other, so the next one mostly needs the same. */
  #last: { yearId: number; owner: Owner; tower: TowerDifferences; vendor: VendorDifferences } | undefined;

  add(yearId: number, entityId: number | null, owner: Owner, amounts: Amounts) {
    const { tower, vendor } = this.#of(yearId, owner);
    const ofTower = found(tower, entityId, () => ({
      ...{ yearId, towerId: owner.towerId, entityId },
      amounts: new Array<Units>(budgetToDateAt).fill(0),
    }));
    for (let at = 0; at < budgetToDateAt; at++) {
      const amount = amounts[at] as Units;
      if (amount !== 0) ofTower.amounts[at] = addUnits(ofTower.amounts[at] as Units, amount);
    }
    const budget = sumOf(amounts, 0, actualsAt);
    const actual = sumOf(amounts, actualsAt, committedAt);
    const { vendorId } = owner;
    const ofEntity = found(vendor.entities, entityId, () => ({ yearId, vendorId, entityId, budget: 0, actual: 0 }));
    for (const sums of [ofEntity, vendor.all]) {
      sums.budget = addUnits(sums.budget, budget);
      sums.actual = addUnits(sums.actual, actual);
    }
  }

  #of(yearId: number, owner: Owner) {
    if (this.#last?.yearId === yearId && this.#last.owner === owner) return this.#last;
    const { towerId, vendorId } = owner;
    const tower = found(this.#towers, `${yearId} ${towerId}`, (): TowerDifferences => new Map());
    const vendor = found(this.#vendors, `${yearId} ${vendorId}`, () => ({
      all: { yearId, vendorId, budget: 0, actual: 0 },
      entities: new Map(),
    }));
    return (this.#last = { yearId, owner, tower, vendor });
  }

  /** All of them: a tower shows from its first service on, while every amount is still zero. */
  get towers() {
    return [...this.#towers.values()].flatMap((tower) => [...tower.values()]);
  }
  get entitiesOfVendors() {
    return [...this.#vendors.values()].flatMap(({ entities }) => [...entities.values()]).filter(isDifferent);
  }
  get vendors() {
    return [...this.#vendors.values()].map(({ all }) => all).filter(isDifferent);
  }
}

const isDifferent = ({ budget, actual }: VendorDifference) => budget !== 0 || actual !== 0;

function found<Key, Value>(map: Map<Key, Value>, key: Key, made: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = made()));
  return value;
}
