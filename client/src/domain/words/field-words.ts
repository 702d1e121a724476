import type { Changes } from '@opex/contracts/changes';
import { storedName, type CatalogueField } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import { formatDate } from '../amounts/format.ts';
import type { Format } from '../amounts/use-format.ts';
import { counted } from './counted.ts';

/** What the fields of records are called on every page and in every history, under the names they are changed by. */
const labels: Record<string, string> = {
  ...Object.fromEntries(
    Object.entries<CatalogueField>(serviceFields).map(([name, field]) => [storedName(name, field), field.title]),
  ),
  actualEntityId: 'Entity of actuals',
  retired: 'Retired',
  remark: 'Remark',
  budget: 'Budget, year',
  name: 'Name',
  code: 'Code',
  email: 'E-mail',
  role: 'Role',
  entityIds: 'Entities',
  disabled: 'Disabled',
  permissions: 'Permissions',
  rate: 'Rate',
  effectiveDate: 'From',
  validFrom: 'Valid from',
  driverType: 'Driver type',
  url: 'Address',
  isOn: 'On',
  dailySummary: 'Daily summary',
};

/** `months.4` of FY26 -> "Budget, Jul 2025" */
export function labelOf(field: string, year?: FiscalYear): string {
  const number = /^months\.(\d+)$/.exec(field)?.[1];
  if (number) return `Budget, ${year?.periods[Number(number) - 1]?.label ?? `month ${number}`}`;
  const [, month, spender] = /^actuals\.(\d+)\.(.+)$/.exec(field) ?? [];
  if (month && spender) return `Actual, ${year?.periods[Number(month) - 1]?.label ?? `month ${month}`}, ${spender}`;
  const [, measure, entity] = /^shares\.(\w+)\.(.+)$/.exec(field) ?? [];
  if (measure && entity) return `${measure.charAt(0).toUpperCase()}${measure.slice(1)} of ${entity}`;
  const known = labels[field];
  if (known) return known;
  const words = field.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('.', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

export type ChangedValue = Changes[string]['from'];
const choices: Record<string, string> = { EVEN: 'Even months', PROFILE: 'As it lies', PLAN: 'Plan', ACTUAL: 'Actual' };
const amountField = /^(budget|months\.\d+|shares\..+|actuals\..+)$/;

export const choiceWord = (choice: string) => choices[choice] ?? choice;

export function valueWords(field: string, value: ChangedValue, format: Pick<Format, 'exact'>): string {
  if (field === 'entityIds')
    return value === null ? 'All' : Array.isArray(value) ? counted(value.length, 'entity', 'entities') : '';
  if (value === null || value === '') return 'empty';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object') return value.name;
  if (typeof value === 'number') return String(value);
  if (amountField.test(field)) return format.exact(value);
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return formatDate(value);
  return choiceWord(value);
}
