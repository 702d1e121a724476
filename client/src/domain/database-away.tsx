import type { Health } from '@opex/contracts/health';
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { formatDateTime } from './amounts/format.ts';
import { since as timeSince } from './words/since.ts';

type Props = { since: string; health: Health; lookedAt: string };

/** All of it is what anybody may ask at /health: without its database the server knows of nobody that they are still signed in. */
export function DatabaseAway({ since, health: { replica, cache }, lookedAt }: Props) {
  return (
    <Stack
      role="alert"
      spacing={3}
      sx={{ maxWidth: 760, borderInlineStart: '3px solid', borderColor: 'error.main', paddingInlineStart: 3 }}
    >
      <Typography variant="h1" component="p">
        <Box component="span" sx={{ color: 'error.main' }}>
          The database is away
        </Box>
        {` since ${formatDateTime(since)}, for ${timeSince(since, lookedAt)}.`}
      </Typography>
      <Typography>
        Nobody can sign in, and nothing can be read or saved until it is back. What was answered as saved is in it. This
        page looks again every few seconds and goes on by itself.
      </Typography>
      <Box>
        <Typography variant="h2">What to do, for who looks after the database</Typography>
        <Box component="ol" sx={{ marginBlock: 1, paddingInlineStart: 5, '& li': { marginBlockEnd: 1 } }}>
          <li>
            See whether PostgreSQL runs, and in the last lines of its log why not: a full disk, too little memory, a
            wrong setting.
          </li>
          <li>
            Start it: <Command>docker compose up -d --wait primary</Command>; in a cluster see{' '}
            <Command>kubectl -n opex get pods</Command>.
          </li>
          <li>If it runs, look at the network and the password between it and the servers: their log says which.</li>
          <li>
            If its data are lost, restore them: <Command>k8s/runbooks/restore.md</Command>.
          </li>
        </Box>
        <Typography>
          All of it, step by step: <Command>k8s/runbooks/database-away.md</Command>.
        </Typography>
      </Box>
      <Typography variant="body2" color="textSecondary">
        The server answers. Replica: {replica}. Cache: {cache}. As of {formatDateTime(lookedAt)}.
      </Typography>
    </Stack>
  );
}

const Command = ({ children }: { children: string }) => (
  <Box component="code" sx={{ overflowWrap: 'anywhere' }}>
    {children}
  </Box>
);
