import type { Service } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router-dom';
import { Amount, Variance } from '../../domain/amounts/amount.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { ServiceLink } from '../../domain/links/service-link.tsx';
import { useFromList } from '../../lib/use-search-state.ts';
import { useMay } from '../../lib/session.ts';
import { isChangeable } from './service.queries.ts';
import { EditableField } from './editable-field.tsx';
import { groupsOf } from './service-fields.ts';

export function OverviewTab({ service }: { service: Service }) {
  const may = useMay();
  const isEditable = isChangeable(service) && may('budgets.edit');
  return (
    <Stack spacing={6}>
      {groupsOf(service).map(({ title, fields }) => (
        <Box component="section" key={title} aria-label={title}>
          <Typography variant="h2" sx={{ paddingBlockEnd: 2 }}>
            {title}
          </Typography>
          <Box sx={fieldGrid}>
            {fields.map((field) => (
              <EditableField key={field.field} service={service} field={field} isEditable={isEditable} />
            ))}
          </Box>
        </Box>
      ))}
      <YearsTable service={service} />
      {service.children.length > 0 && (
        <Box component="section" aria-label="Children">
          <Typography variant="h2">Children</Typography>
          {service.children.map(({ id, uid, service: name }) => (
            <Typography key={id}>
              <ServiceLink id={id} uid={uid} service={name} />
            </Typography>
          ))}
        </Box>
      )}
    </Stack>
  );
}

const fieldGrid = {
  display: 'grid',
  // As many as there is room for, on the page and beside a list.
  gridTemplateColumns: 'repeat(auto-fill, minmax(130px, 1fr))',
  gap: 4,
} as const;

function YearsTable({ service: { id, years } }: { service: Service }) {
  const from = useFromList();
  const amount = (label: string, field: 'budget' | 'actual' | 'committed' | 'available') => ({
    label,
    isAmount: true,
    cell: (year: Service['years'][number]) => <Amount value={year[field]} />,
  });
  return (
    <Box component="section" aria-label="Years">
      <Typography variant="h2">Years</Typography>
      <PlainTable
        label="Figures by year"
        rows={years}
        keyOf={({ fy }) => fy}
        columns={[
          {
            label: 'Year',
            cell: ({ fy }) => (
              <Link component={RouterLink} to={`/services/${id}?fy=${fy}&tab=months`} state={from}>
                {fy}
              </Link>
            ),
          },
          amount('Budget', 'budget'),
          amount('Actual', 'actual'),
          { label: 'Variance, full year', isAmount: true, cell: ({ variance }) => <Variance value={variance} /> },
          amount('Committed', 'committed'),
          amount('Available', 'available'),
        ]}
      />
    </Box>
  );
}
