import { asMonthOfEntity, importFields } from '@opex/contracts/import-kinds';
import { type ColumnRules, labelOf } from '../columns.rules.ts';
import { isDescription, isUid } from '../headers.rules.ts';
import { entityIn, monthFieldOf, monthFieldTitle } from './months-of-entities.rules.ts';

const named: Record<string, string> = {
  entity: 'entity',
  'charged entity': 'entity',
  amount: 'amount',
  'net amount': 'amount',
  actual: 'amount',
  actuals: 'amount',
  month: 'month',
  period: 'month',
  currency: 'currency',
  'invoice date': 'invoiceDate',
  'invoice number': 'invoiceNumber',
  'invoice no': 'invoiceNumber',
  invoice: 'invoiceNumber',
  remarks: 'description',
  remark: 'description',
};

/** A row a month, with its entity and amount; or a column for each entity and month. */
export const actualsColumns: ColumnRules = {
  fieldOf(meaning, context) {
    switch (meaning.is) {
      case 'named':
        return isUid(meaning.name)
          ? 'uid'
          : (named[meaning.name] ?? (isDescription(meaning.name) ? 'description' : undefined));
      case 'month of an entity':
        return monthFieldOf(meaning, context);
      case 'actual of the year':
        return meaning.year === undefined || labelOf(meaning.year) === context.year?.label ? 'total' : undefined;
      default:
        return undefined;
    }
  },
  entityIn,
  useOf: (field) =>
    field === 'total' ? 'control' : field === 'description' || field === 'invoiceNumber' ? 'read' : 'taken',
  titleOf: (field, context) =>
    monthFieldTitle(field, context) ?? (importFields.actuals[field] ?? field).replace(/ \(.*\)$/, ''),
  readAs(field) {
    if (asMonthOfEntity(field)) return 'amount';
    return readings[field] ?? 'nothing';
  },
  isEnough(taken) {
    const isList = ['entity', 'month', 'amount'].every((field) => taken.has(field));
    return taken.has('uid') && (isList || [...taken].some((field) => asMonthOfEntity(field)));
  },
};
const readings: Record<string, ReturnType<ColumnRules['readAs']>> = {
  uid: 'uid',
  entity: 'text',
  month: 'month',
  amount: 'amount',
  currency: 'text',
  invoiceDate: 'day',
  total: 'amount',
};
