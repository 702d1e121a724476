import { blankOf } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';

type Fields = typeof serviceFields;
type Reference = { [F in keyof Fields]: Fields[F]['kind'] extends 'reference' ? F : never }[keyof Fields];
const references = Object.entries(serviceFields).filter(([, { kind }]) => kind === 'reference');

/** What a page reads of a service that only has a name. A new field of the catalogue needs no change here. */
export const blankService = {
  ...blankOf(serviceFields),
  ...(Object.fromEntries(references.map(([name]) => [name, null])) as Record<Reference, null>),
  remark: '',
  status: 'Active' as const,
  editable: true,
};
