import Box from '@mui/material/Box';
import { stateWords, type Month } from '../lib/closed-months.ts';
import { LockIcon, OpenLockIcon } from './icons.tsx';

type Props = {
  month: Month;
  /** Says it beside the lock; else only to those who cannot see it, and in the title. */
  isSaid?: boolean;
};

/** A shut lock: nobody changes it. An open one: it is being closed. Nothing for an open month. */
export function MonthLock({ month, isSaid = false }: Props) {
  if (month.state === 'OPEN') return null;
  const words = stateWords(month);
  const Icon = month.state === 'CLOSED' ? LockIcon : OpenLockIcon;
  return (
    <Box
      component="span"
      title={words}
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 1,
        whiteSpace: 'nowrap',
        color: month.state === 'CLOSED' ? 'text.secondary' : 'warning.main',
      }}
    >
      <Icon aria-hidden sx={{ fontSize: 13 }} />
      {isSaid ? <span>{words}</span> : <span className="visually-hidden">{words}</span>}
    </Box>
  );
}
