import { monthColumns } from '../../src/database/months.ts';
import { at } from './at.ts';
import { type Value, decimal } from './copy.ts';
import { type Company, driverTypes } from './company.ts';
import { type PurchaseLine, purchaseLines } from './purchasing.ts';
import { remarksOf } from './remarks.ts';
import { type Service, allocationTypeIdOf, uidOf } from './services.ts';
import { type Months, invoicedMonths, plannedMonths } from './spending.ts';
import { budgetHeads, entities, poEntities, towers, vendorName } from './words.ts';

export type CurrencyId = (code: string) => number;

export interface Table {
  name: string;
  columns: readonly string[];
  rows: Iterable<Value[]>;
}

const months = monthColumns('m');
const money = (paise: number | null): Value => (paise === null ? null : decimal(paise));
const amounts = (values: Months): Value[] => values.map(money);

/** The tables in the order of their references; rows are made while they are read. */
export function tablesOf(company: Company, services: Service[], currencyId: CurrencyId): Table[] {
  return [
    ...masters(company),
    ...calendar(company),
    ...allocationKeys(company),
    exchangeRates(company, currencyId),
    serviceTable(company, services),
    remarkTable(company, services),
    plans(company, services),
    actuals(company, services),
    ...purchases(company, services, currencyId),
  ];
}

function masters({ scale }: Company): Table[] {
  const vendors = Array.from({ length: scale.vendors }, (_, index) => vendorName(index + 1));
  const names: Record<string, readonly string[]> = {
    vendors,
    towers: towers.slice(0, scale.towers),
    budget_heads: budgetHeads.slice(0, scale.budgetHeads),
    entities: entities.slice(0, scale.entities),
    po_entities: poEntities.slice(0, scale.poEntities),
    allocation_types: [...driverTypes, 'Direct'],
  };
  return Object.entries(names).map(([name, list]) => ({
    name,
    columns: ['id', 'name'],
    rows: list.map((item, index) => [index + 1, item]),
  }));
}

/** Everything is open while it is loaded; `settle` in load.ts closes what is past. */
function calendar({ years }: Company): Table[] {
  return [
    {
      name: 'fiscal_years',
      columns: ['id', 'label', 'start_date', 'end_date', 'reported_through'],
      rows: years.map(({ id, label, start, end, reportedThrough }) => [id, label, start, end, reportedThrough]),
    },
    {
      name: 'periods',
      columns: ['id', 'fiscal_year_id', 'number', 'start_date', 'end_date'],
      rows: years.flatMap((year) =>
        year.periods.map(({ id, number, start, end }) => [id, year.id, number, start, end]),
      ),
    },
    {
      name: 'plan_versions',
      columns: ['id', 'fiscal_year_id', 'name', 'is_current'],
      rows: years.map(({ id }) => [id, id, 'Original', true]),
    },
  ];
}

function allocationKeys({ keys, years }: Company): Table[] {
  const versions = keys.flatMap((key) => key.versions.map((version) => ({ key, ...version })));
  const createdAt = `${at(years, 0).start}T00:00:00Z`;
  return [
    {
      name: 'allocation_keys',
      columns: ['id', 'name', 'driver_type'],
      rows: keys.map(({ id, name, driverType }) => [id, name, driverType]),
    },
    {
      name: 'allocation_key_versions',
      columns: ['id', 'allocation_key_id', 'valid_from', 'created_at'],
      rows: versions.map(({ id, key, validFrom }) => [id, key.id, validFrom, createdAt]),
    },
    {
      name: 'allocation_drivers',
      columns: ['allocation_key_version_id', 'entity_id', 'value'],
      rows: versions.flatMap(({ id, drivers }) => drivers.map(({ entityId, value }) => [id, entityId, decimal(value)])),
    },
  ];
}

function exchangeRates({ rates }: Company, currencyId: CurrencyId): Table {
  return {
    name: 'currency_rates',
    columns: ['id', 'rate_set', 'currency_id', 'effective_date', 'rate'],
    rows: rates.map(({ set, code, from, rate }, index) => [index + 1, set, currencyId(code), from, decimal(rate, 4)]),
  };
}

const serviceColumns: Record<string, (service: Service, company: Company) => Value> = {
  id: ({ id }) => id,
  uid: ({ id }) => uidOf(id),
  parent_id: ({ parentId }) => parentId,
  vendor_id: ({ vendorId }) => vendorId,
  vendor_service: ({ vendorService }) => vendorService,
  service: ({ name }) => name,
  description: ({ description }) => description,
  contract: ({ contract }) => contract,
  start_date: ({ start }) => start,
  end_date: ({ end }) => end,
  renewal_date: ({ renewal }) => renewal,
  budget_head_id: ({ budgetHeadId }) => budgetHeadId,
  tower_id: ({ towerId }) => towerId,
  priority: ({ priority }) => priority,
  initiative_type: ({ isNew }) => (isNew ? 'New' : 'Existing'),
  service_type: ({ isShared }) => (isShared ? 'Shared' : 'Dedicated'),
  allocation_type_id: allocationTypeIdOf,
  cost_lever: ({ lever }) => lever,
  owner: ({ owner }) => owner,
  po_entity_id: ({ poEntityId }) => poEntityId,
  entity_id: ({ entityId }) => entityId,
  budget_key_id: ({ budgetKey }) => budgetKey?.id ?? null,
  actual_key_id: ({ actualKey }) => actualKey?.id ?? null,
  phasing: ({ isSeasonal }) => (isSeasonal ? 'PROFILE' : 'EVEN'),
  last_remark: (service, company) => remarksOf(company, service).at(-1)?.text ?? '',
  retired_at: ({ retiredOn }) => (retiredOn === null ? null : `${retiredOn}T06:30:00Z`),
};

function serviceTable(company: Company, services: Service[]): Table {
  const values = Object.values(serviceColumns);
  return {
    name: 'services',
    columns: Object.keys(serviceColumns),
    rows: each(services, (service) => [values.map((value) => value(service, company))]),
  };
}

function remarkTable(company: Company, services: Service[]): Table {
  let id = 0;
  return {
    name: 'remarks',
    columns: ['id', 'service_id', 'author_name', 'at', 'text'],
    rows: each(services, (service) =>
      remarksOf(company, service).map(({ author, at, text }) => [++id, service.id, author, at, text]),
    ),
  };
}

function plans(company: Company, services: Service[]): Table {
  let id = 0;
  return {
    name: 'plan_lines',
    columns: ['id', 'plan_version_id', 'service_id', ...months],
    rows: each(services, (service) =>
      company.years.flatMap((year, index) => {
        const planned = plannedMonths(company, service, index);
        return planned ? [[++id, year.id, service.id, ...amounts(planned)]] : [];
      }),
    ),
  };
}

function actuals(company: Company, services: Service[]): Table {
  let id = 0;
  return {
    name: 'actuals',
    columns: ['id', 'service_id', 'entity_id', 'fiscal_year_id', 'source', ...months],
    rows: each(services, (service) => {
      const source = at(['INVOICE', 'INVOICE', 'IMPORT', 'MANUAL'], service.id % 4);
      return company.years.flatMap((year, index) =>
        [...invoicedMonths(company, service, index)].map(({ entityId, months: values }) => [
          ++id,
          service.id,
          entityId,
          year.id,
          source,
          ...amounts(values),
        ]),
      );
    }),
  };
}

const purchaseColumns: Record<string, (line: PurchaseLine, currencyId: CurrencyId) => Value> = {
  id: ({ id }) => id,
  vendor_id: ({ vendorId }) => vendorId,
  po_entity_id: ({ poEntityId }) => poEntityId,
  pr_number: ({ prNumber }) => prNumber,
  pr_date: ({ prDate }) => prDate,
  pr_amount: ({ prAmount }) => money(prAmount),
  po_number: ({ poNumber }) => poNumber,
  po_date: ({ poDate }) => poDate,
  po_value: ({ poValue }) => money(poValue),
  currency_id: ({ currency }, currencyId) => currencyId(currency),
  rate: ({ rate }) => decimal(rate, 4),
  base_value: ({ baseValue }) => money(baseValue),
};

function purchases(company: Company, services: Service[], currencyId: CurrencyId): Table[] {
  const values = Object.values(purchaseColumns);
  return [
    {
      name: 'purchase_lines',
      columns: Object.keys(purchaseColumns),
      rows: each(purchaseLines(company, services), (line) => [values.map((value) => value(line, currencyId))]),
    },
    {
      name: 'purchase_splits',
      columns: ['id', 'purchase_line_id', 'service_id', 'fiscal_year_id', 'ordered', 'cancelled', 'invoiced'],
      rows: each(purchaseLines(company, services), ({ id: lineId, splits }) =>
        splits.map(({ id, serviceId, yearId, ...paise }) => [
          id,
          lineId,
          serviceId,
          yearId,
          money(paise.ordered),
          money(paise.cancelled),
          money(paise.invoiced),
        ]),
      ),
    },
  ];
}

function* each<T>(things: Iterable<T>, rowsOf: (thing: T) => Value[][]): Generator<Value[]> {
  for (const thing of things) yield* rowsOf(thing);
}
