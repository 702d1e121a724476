import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { PageHeader } from '../components/page-header.tsx';
import { useUser } from '../lib/session.ts';

export function NotAllowedPage() {
  const { role } = useUser();
  return (
    <>
      <PageHeader title="Not allowed" />
      <Stack role="alert" spacing={2} sx={{ maxWidth: 560 }}>
        <Typography>Your role ({role}) may not open this page. An administrator can give you another one.</Typography>
      </Stack>
    </>
  );
}
