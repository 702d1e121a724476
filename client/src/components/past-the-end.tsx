import Button from '@mui/material/Button';
import { statusOf } from '../lib/api.ts';
import type { AddressChange } from '../lib/use-search-state.ts';
import { EmptyState, ErrorState } from './states.tsx';

type Props = {
  page: number;
  /** Unknown when the page is so far off that the server does not count. */
  pages?: number;
  onAddressChange: (change: AddressChange) => void;
};

/** The address asks for a page that a list does not have, or not any more. */
export function PastTheEnd({ page, pages = 1, onAddressChange }: Props) {
  const last = pages > 1 ? pages : null;
  return (
    <EmptyState
      title={`There is no page ${page}`}
      hint={last ? `The list has ${last} pages.` : 'The list is shorter.'}
      action={<Button onClick={() => onAddressChange({ page: last })}>Go to the {last ? 'last' : 'first'} page</Button>}
    />
  );
}

type ErrorProps = Pick<Props, 'page' | 'onAddressChange'> & { error: unknown; onRetry: () => void };

const unprocessable = 422;

/** Why a list could not be read. */
export function ListError({ error, onRetry, ...place }: ErrorProps) {
  if (statusOf(error) === unprocessable && place.page > 1) return <PastTheEnd {...place} />;
  return <ErrorState error={error} onRetry={onRetry} />;
}
