import Box from '@mui/material/Box';
import { stateWords, type Month } from './closed-months.ts';
import { LockIcon, OpenLockIcon } from '../components/icons.tsx';

type Props = {
  month: Month;
  /** Writes the state beside the lock. Otherwise it is only the name of the lock, for screen readers. */
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
        verticalAlign: 'text-bottom',
        gap: 1,
        whiteSpace: 'nowrap',
        color: month.state === 'CLOSED' ? 'text.secondary' : 'warning.main',
      }}
    >
      <Icon sx={{ fontSize: 13 }} {...(!isSaid && { role: 'img', 'aria-label': words, 'aria-hidden': false })} />
      {isSaid && <span>{words}</span>}
    </Box>
  );
}
