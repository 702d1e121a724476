import { useYear } from '../../calendar.queries.ts';
import { fieldNamed, periodOf, titleOf } from './fields.ts';

/** What a column is called, months by their names. */
export function useFieldNames() {
  const year = useYear();
  return (name: string): string => {
    const period = periodOf(name);
    if (period) return year?.periods.find(({ number }) => number === period)?.label ?? `month ${period}`;
    const field = fieldNamed(name);
    return field ? titleOf(field, year?.label).toLowerCase() : name;
  };
}
