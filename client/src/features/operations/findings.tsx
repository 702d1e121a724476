import type { Finding, Operations } from '@opex/contracts/operations';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { verdict } from './operations.words.ts';

const list = { listStyle: 'none', margin: 0, padding: 0, marginBlockStart: 3 } as const;

const dot = { display: 'inline-block', width: 14, height: 14, borderRadius: '50%', marginInlineEnd: 2 } as const;

const colourOf = (findings: readonly Finding[]) => {
  if (findings.length === 0) return 'success';
  return findings.some(({ severity }) => severity === 'critical') ? 'error' : 'warning';
};

export function Findings({ seen }: { seen: Operations }) {
  return (
    <Box>
      <Typography variant="h1" component="p" aria-live="polite">
        <Box component="span" aria-hidden sx={{ ...dot, bgcolor: `${colourOf(seen.findings)}.main` }} />
        {verdict(seen)}
      </Typography>
      {seen.findings.length > 0 && (
        <Box component="ul" aria-label="What needs attention" sx={list}>
          {urgentFirst(seen.findings).map((finding) => (
            <Line key={finding.what} finding={finding} />
          ))}
        </Box>
      )}
    </Box>
  );
}

const urgentFirst = (findings: readonly Finding[]) =>
  findings.toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));

function Line({ finding: { severity, what, todo } }: { finding: Finding }) {
  const isUrgent = severity === 'critical';
  return (
    <Box
      component="li"
      sx={{
        borderInlineStart: '3px solid',
        borderColor: isUrgent ? 'error.main' : 'warning.main',
        paddingInlineStart: 3,
        marginBlockEnd: 2,
      }}
    >
      <Typography component="p">
        <Box component="strong" sx={{ color: isUrgent ? 'error.main' : 'warning.main', fontWeight: 600 }}>
          {isUrgent ? 'Now' : 'Soon'}
        </Box>
        : {what}.
      </Typography>
      <Typography component="p" variant="body2" color="textSecondary">
        {todo}.
      </Typography>
    </Box>
  );
}
