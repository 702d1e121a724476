import { type ColumnRules, labelOf, monthTitle, periodOf } from '../columns.rules.ts';
import { isDescription, isUid } from '../headers.rules.ts';

const monthOf = (field: string) => /^month(\d+)$/.exec(field)?.[1];

export const budgetColumns: ColumnRules = {
  fieldOf(meaning, { year }) {
    switch (meaning.is) {
      case 'named':
        return isUid(meaning.name) ? 'uid' : isDescription(meaning.name) ? 'description' : undefined;
      case 'period':
        return `month${meaning.number}`;
      case 'month': {
        const number = periodOf(meaning, year);
        return number === undefined ? undefined : `month${number}`;
      }
      case 'budget':
        return meaning.year === undefined || labelOf(meaning.year) === year?.label ? 'budget' : undefined;
      default:
        return undefined;
    }
  },
  useOf(field, taken) {
    if (field === 'description') return 'read';
    return field === 'budget' && [...taken].some(monthOf) ? 'control' : 'taken';
  },
  titleOf(field, { year }) {
    const number = monthOf(field);
    if (number) return monthTitle(Number(number), year);
    return field === 'uid' ? 'UID' : field === 'budget' ? `Budget ${year?.label ?? ''}`.trim() : 'Description';
  },
  readAs: (field) => (field === 'uid' ? 'uid' : field === 'description' ? 'nothing' : 'amount'),
  isEnough: (taken) => taken.has('uid') && [...taken].some((field) => field === 'budget' || monthOf(field)),
};
