import Box from '@mui/material/Box';
import { useIsBusy } from '../lib/busy.ts';

/** Says that a request is being repeated. It is always in the page: a screen reader reads out only what changes inside it. */
export function BusyBar() {
  const isBusy = useIsBusy();
  return (
    <Box role="status" sx={place}>
      {isBusy && <Box sx={bar}>The server is busy. Trying again…</Box>}
    </Box>
  );
}

/** Above dialogs, because the waiting request may be theirs. */
const place = {
  position: 'fixed',
  top: 56,
  left: 0,
  right: 0,
  zIndex: 'tooltip',
  display: 'flex',
  justifyContent: 'center',
  pointerEvents: 'none',
} as const;
const bar = {
  paddingInline: 3,
  paddingBlock: 1,
  border: 1,
  borderColor: 'divider',
  borderRadius: 1,
  bgcolor: 'background.paper',
  color: 'text.secondary',
  typography: 'body2',
  boxShadow: 3,
} as const;
