import type { ImportRecord } from '@opex/contracts/imports';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { stateWords } from './imports.words.ts';

/** How far it is. It goes on when the page is left. */
export function Progress({ record: { state, done, total } }: { record: ImportRecord }) {
  const isKnown = done !== null && total !== null && total > 0;
  return (
    <Box sx={{ maxWidth: 560, paddingBlock: 4 }}>
      <Typography variant="h2" role="status" sx={{ marginBlockEnd: 2 }}>
        {stateWords[state]}
      </Typography>
      <LinearProgress
        aria-label={stateWords[state]}
        {...(isKnown && { variant: 'determinate', value: Math.min(100, (100 * done) / total) })}
      />
      <Typography variant="body2" color="textSecondary" sx={{ marginBlockStart: 2 }}>
        {isKnown && `${Math.floor((100 * done) / total)} %. `}
        It goes on when you leave this page.
      </Typography>
    </Box>
  );
}
