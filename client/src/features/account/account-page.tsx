import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { PageHeader } from '../../components/page-header.tsx';
import { useMay, useUser } from '../../lib/session.ts';
import { ApiKeys } from './api-keys.tsx';
import { ChangePassword } from './change-password.tsx';
import { DailySummary } from './daily-summary.tsx';
import { Sessions } from './sessions.tsx';

export function AccountPage() {
  const { name, email, role, entityIds } = useUser();
  const may = useMay();
  const sees =
    entityIds === null
      ? 'sees all entities'
      : entityIds.length === 1
        ? 'sees 1 entity'
        : `sees ${entityIds.length} entities`;
  return (
    <>
      <PageHeader title="Account" detail={`${name}, ${email}: ${role}, ${sees}`} />
      <Stack spacing={8} sx={{ maxWidth: 900 }}>
        <Section title="Sessions">
          <Sessions />
        </Section>
        <Section title="Mail">
          <DailySummary />
        </Section>
        <Section title="Password">
          <ChangePassword />
        </Section>
        {may('api-keys.own') && (
          <Section title="API keys">
            <ApiKeys />
          </Section>
        )}
      </Stack>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack component="section" spacing={3} aria-label={title}>
      <Typography variant="h2">{title}</Typography>
      {children}
    </Stack>
  );
}
