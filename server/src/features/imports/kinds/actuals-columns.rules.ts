import { asMonthOfEntity, importFields, monthOfEntity } from '@opex/contracts/import-kinds';
import { type ColumnRules, type Context, labelOf, monthTitle, periodOf } from '../columns.rules.ts';
import { isDescription, isUid, type MonthOfEntity } from '../headers.rules.ts';

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

/** "04" is April or the fourth month of the year, as was said. */
export const numbered = (digits: number, { year, months }: Pick<Context, 'year' | 'months'>) =>
  months === 'fiscal' ? digits : months === 'calendar' ? periodOf({ month: digits }, year) : undefined;

function cellOf(meaning: MonthOfEntity, context: Context): string | undefined {
  const month = 'digits' in meaning ? numbered(meaning.digits, context) : periodOf(meaning, context.year);
  const entityId = context.entities.idOf(meaning.entity);
  return month === undefined || entityId === undefined ? undefined : monthOfEntity(month, entityId);
}

/** A row a month, with its entity and amount; or a column for each entity and month. */
export const actualsColumns: ColumnRules = {
  fieldOf(meaning, context) {
    switch (meaning.is) {
      case 'named':
        return isUid(meaning.name)
          ? 'uid'
          : (named[meaning.name] ?? (isDescription(meaning.name) ? 'description' : undefined));
      case 'month of an entity':
        return cellOf(meaning, context);
      case 'actual of the year':
        return meaning.year === undefined || labelOf(meaning.year) === context.year?.label ? 'total' : undefined;
      default:
        return undefined;
    }
  },
  entityIn: (meaning) => (meaning.is === 'month of an entity' ? meaning.entity : undefined),
  useOf: (field) =>
    field === 'total' ? 'control' : field === 'description' || field === 'invoiceNumber' ? 'read' : 'taken',
  titleOf(field, { year, entities }) {
    const cell = asMonthOfEntity(field);
    if (!cell) return (importFields.actuals[field] ?? field).replace(/ \(.*\)$/, '');
    return `${monthTitle(cell.month, year)}, ${entities.nameOf(cell.entityId) ?? `entity ${cell.entityId}`}`;
  },
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
