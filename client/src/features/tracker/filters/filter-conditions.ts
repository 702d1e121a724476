import type { FieldKind, FilterOperator } from '@opex/contracts/list';
import { fieldNamed } from '../../../domain/sheet/columns/fields.ts';
import type { Terms } from './filters.ts';

/** What can be asked of a column, in the words of the people who ask; together every operator the API has for it. */
export type Condition = {
  name: string;
  operators: readonly [FilterOperator, ...FilterOperator[]];
  input: 'values' | 'choices' | 'masters' | 'keys' | 'entity' | 'none';
  /** What is asked when nothing has to be typed. */
  fixed?: Terms;
};

const one = (name: string, operator: FilterOperator, input: Condition['input'] = 'values'): Condition => ({
  name,
  operators: [operator],
  input,
});
const fromUpTo: Condition = { name: 'From, up to', operators: ['gte', 'lte'], input: 'values' };
const emptiness: Condition[] = [
  { ...one('Is empty', 'empty', 'none'), fixed: { empty: 'true' } },
  { ...one('Is not empty', 'empty', 'none'), fixed: { empty: 'false' } },
];

const amounts = [fromUpTo, one('Over', 'gt'), one('Under', 'lt'), one('Exactly', 'eq'), one('Anything but', 'ne')];
const conditions: Record<FieldKind, readonly Condition[]> = {
  text: [one('Contains', 'like'), one('Is', 'eq'), one('Is not', 'ne'), ...emptiness],
  choice: [one('Any of', 'eq', 'choices'), one('None of', 'ne', 'choices')],
  reference: [
    one('Any of', 'eq', 'masters'),
    one('None of', 'ne', 'masters'),
    one('Name contains', 'like'),
    ...emptiness,
  ],
  amount: [...amounts, ...emptiness],
  number: [...amounts, ...emptiness],
  date: [fromUpTo, one('After', 'gt'), one('Before', 'lt'), one('On', 'eq'), one('Not on', 'ne'), ...emptiness],
};

const usual = conditions.text;
const others: Record<string, readonly Condition[]> = {
  entity: [one('The share of', 'eq', 'entity')],
  key: [one('Any of', 'eq', 'keys')],
};
export const conditionsFor = (field: string) => others[field] ?? conditions[fieldNamed(field)?.kind ?? 'text'];

/** The one that some terms are of, else the usual one. */
export function conditionIn(choices: readonly Condition[], terms: Terms): Condition {
  const isOf = ({ operators, fixed }: Condition) =>
    fixed ? fixed.empty === terms.empty : operators.some((operator) => terms[operator]);
  return choices.find(isOf) ?? choices[0] ?? (usual[0] as Condition);
}

/** What was typed goes along where the other condition takes the same. */
export function termsFor({ operators, input, fixed }: Condition, before: Condition, terms: Terms): Terms {
  const typed = before.operators.map((operator) => terms[operator]).find(Boolean);
  return fixed ?? (input === before.input && typed ? { [operators[0]]: typed } : {});
}
