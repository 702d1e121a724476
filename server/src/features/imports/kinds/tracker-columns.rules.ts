import { type CatalogueField, editableOf } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';
import { asMonthOfEntity, importFields } from '@opex/contracts/import-kinds';
import { type ColumnRules, labelOf, type ReadAs } from '../columns.rules.ts';
import { isUid, plain } from '../headers.rules.ts';
import { entityIn, monthFieldOf, monthFieldTitle } from './months-of-entities.rules.ts';

const catalogue = new Map<string, CatalogueField>(editableOf(serviceFields));

/** Beside the titles of the fields. */
const aliases: Record<string, string> = {
  parent: 'parentUid',
  'service name': 'service',
  'service description': 'description',
  'contract number': 'contract',
  'service start date': 'startDate',
  start: 'startDate',
  'service end date': 'endDate',
  end: 'endDate',
  'expiry date': 'endDate',
  renewal: 'renewalDate',
  initiative: 'initiativeType',
  type: 'serviceType',
  'cost optimization lever': 'costLever',
  'cost optimisation lever': 'costLever',
  'owner entity': 'entity',
  'dedicated to': 'entity',
  'charged entity': 'entity',
  'business entity': 'entity',
  'basis of allocation': 'budgetKey',
  'allocation basis': 'budgetKey',
  'allocation key': 'budgetKey',
  remarks: 'remark',
  remark: 'remark',
  'latest remark': 'remark',
};
const fieldByName = new Map([
  ...[...catalogue].map(([name, { title }]) => [plain(title), name] as const),
  ...Object.entries(aliases),
]);

/** A row a service, with its fields, the budget of the year, and what entities spent month by month. */
export const trackerColumns: ColumnRules = {
  fieldOf(meaning, context) {
    switch (meaning.is) {
      case 'named':
        if (isUid(meaning.name)) return 'uid';
        // Alone, "Entity" is who buys; whose money it is has a column of its own beside a PO entity.
        if (meaning.name === 'entity') return context.named.has('po entity') ? 'entity' : 'poEntity';
        return fieldByName.get(meaning.name);
      case 'month of an entity':
        return monthFieldOf(meaning, context);
      case 'budget':
        return meaning.year === undefined || labelOf(meaning.year) === context.year?.label ? 'budget' : undefined;
      case 'actual of the year':
        return meaning.year === undefined || labelOf(meaning.year) === context.year?.label ? 'total' : undefined;
      default:
        return undefined;
    }
  },
  entityIn,
  useOf: (field) => (field === 'total' ? 'control' : 'taken'),
  titleOf: (field, context) =>
    monthFieldTitle(field, context) ??
    (field === 'budget' ? `Budget ${context.year?.label ?? ''}`.trim() : (importFields.tracker[field] ?? field)),
  readAs(field): ReadAs {
    if (field === 'uid') return 'uid';
    if (field === 'budget' || field === 'total' || asMonthOfEntity(field)) return 'amount';
    return catalogue.get(field)?.kind === 'day' ? 'day' : 'text';
  },
  isEnough: (taken) => taken.has('uid') && taken.size > 1,
};
