import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import type * as z from 'zod/mini';
import { misreadIn } from '../lib/search-state.ts';
import { useAddress } from '../lib/use-search-state.ts';

type Props = {
  /** What the page reads from its address. */
  schema: z.ZodMiniObject;
  /** What it reads besides. */
  own?: readonly string[];
};

const longest = 60;

/** Says which part of the address is not understood: the page would otherwise show more than was asked for. */
export function AddressNote({ schema, own = [] }: Props) {
  const [params, change] = useAddress();
  const misread = misreadIn(schema, params, own);
  if (misread.length === 0) return null;
  const words = misread.map(({ name, value }) => `${name}=${value}`.slice(0, longest)).join(', ');
  return (
    <Alert
      severity="warning"
      icon={false}
      variant="outlined"
      role="alert"
      sx={{ alignItems: 'center' }}
      action={
        <Button onClick={() => change(Object.fromEntries(misread.map(({ name }) => [name, null])), { replace: true })}>
          Remove it
        </Button>
      }
    >
      A part of the address is not understood and narrows nothing: {words}
    </Alert>
  );
}
