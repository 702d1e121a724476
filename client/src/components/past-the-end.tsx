import type { Pagination } from '@opex/contracts/list';
import Button from '@mui/material/Button';
import type { AddressChange } from '../lib/use-search-state.ts';
import { EmptyState } from './states.tsx';

type Props = Pick<Pagination, 'page' | 'pages'> & { onAddressChange: (change: AddressChange) => void };

/** The address asks for a page that a list does not have, or not any more. */
export function PastTheEnd({ page, pages, onAddressChange }: Props) {
  return (
    <EmptyState
      title={`There is no page ${page}`}
      hint={pages === 1 ? 'The list has one page.' : `The list has ${pages} pages.`}
      action={
        <Button onClick={() => onAddressChange({ page: pages === 1 ? null : pages })}>Go to the last page</Button>
      }
    />
  );
}
