import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import type { ReactNode } from 'react';
import type * as z from 'zod/mini';
import { misreadIn, type OwnNames } from '../lib/search-state.ts';
import { useAddress } from '../lib/use-search-state.ts';

type Props = {
  /** What the page reads from its address. */
  schema: z.ZodMiniObject;
  /** What it reads besides. */
  own?: OwnNames;
};

const longest = 60;

/** Says which part of the address is not understood: the page would otherwise show more than was asked for. */
export function AddressNote({ schema, own = {} }: Props) {
  const [params] = useAddress();
  const misread = misreadIn(schema, params, own);
  if (misread.length === 0) return null;
  const words = misread.map(({ name, value }) => `${name}=${value}`.slice(0, longest)).join(', ');
  return (
    <AddressAlert names={misread.map(({ name }) => name)} action="Remove it">
      A part of the address is not understood and narrows nothing: {words}
    </AddressAlert>
  );
}

type AlertProps = { names: readonly string[]; action: string; children: ReactNode };

/** What is wrong with parts of the address, and the way to take them out. */
export function AddressAlert({ names, action, children }: AlertProps) {
  const [, change] = useAddress();
  const without = Object.fromEntries([...names, 'page'].map((name) => [name, null]));
  return (
    <Alert
      severity="warning"
      icon={false}
      variant="outlined"
      role="alert"
      sx={{ alignItems: 'center' }}
      action={<Button onClick={() => change(without, { replace: true })}>{action}</Button>}
    >
      {children}
    </Alert>
  );
}
