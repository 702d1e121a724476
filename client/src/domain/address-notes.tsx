import { useQuery } from '@tanstack/react-query';
import type { ComponentProps } from 'react';
import { AddressAlert, AddressNote } from '../components/address-note.tsx';
import { statusOf } from '../lib/api.ts';
import { useMay, useUser } from '../lib/session.ts';
import { useAddress } from '../lib/use-search-state.ts';
import { entityIn, fiscalYears, yearIn } from './fiscal-years.queries.ts';
import { masterById, masterChoices } from './masters.queries.ts';

/** Says what of an address cannot be shown: what is not understood, and a year or an entity that is not there for this person. */
export function AddressNotes({ schema, own }: ComponentProps<typeof AddressNote>) {
  const [params] = useAddress();
  const { data: years } = useQuery(fiscalYears);
  const { entityIds } = useUser();
  const fy = yearIn(params);
  const entity = useUnknownEntity(entityIn(params));
  const isOneEntity = () => entityIn(params) !== null;
  return (
    <>
      <AddressNote schema={schema} own={{ ...own, entity: isOneEntity }} />
      {fy && years && !years.data.some(({ label }) => label === fy) && (
        <AddressAlert names={['fy']} action="Show the current year">
          There is no fiscal year {fy}
        </AddressAlert>
      )}
      {entity !== null && (
        <AddressAlert names={['entity']} action={entityIds === null ? 'Show all entities' : 'Show your entities'}>
          The entity of this address (number {entity}) does not exist, or you may not see it. So nothing is shown for
          it.
        </AddressAlert>
      )}
    </>
  );
}

/** The entity when there is none of this number for this person. */
function useUnknownEntity(entity: number | null): number | null {
  const may = useMay();
  const { data: choices } = useQuery({ ...masterChoices('entities'), enabled: may('masters.view') });
  const isListed = choices?.some(({ id }) => id === entity) ?? true;
  const { error } = useQuery({ ...masterById('entities', entity ?? 0), enabled: entity !== null && !isListed });
  return !isListed && statusOf(error) === 404 ? entity : null;
}
