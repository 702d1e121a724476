import type { Service, ServiceEntities } from '@opex/contracts/services';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { Link as RouterLink } from 'react-router-dom';
import { Amount, Variance } from '../../domain/amounts/amount.tsx';
import { PlainTable, type PlainColumn } from '../../domain/lists/plain-table.tsx';
import { EmptyState, ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { useBaseCurrency } from '../../domain/calendar.queries.ts';
import { isSame, percentOf, sum } from '../../domain/amounts/money.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { useSharedSearch } from '../../lib/use-search-state.ts';
import { serviceEntities } from './service.queries.ts';

type Row = ServiceEntities['data'][number];
type Figure = 'budget' | 'actual' | 'committed' | 'ytdVariance';

export function EntitiesTab({ service, fy }: { service: Service; fy: string | undefined }) {
  const { data, error, refetch } = useQuery(serviceEntities(service.id, fy));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LinesSkeleton />;
  if (data.data.length === 0)
    return (
      <EmptyState
        title={`Nothing falls on an entity in ${data.fy}`}
        hint="Budget some months, or record actuals; the shares follow."
      />
    );
  return <Shares service={service} shares={data} />;
}

function Shares({ service, shares: { fy, data } }: { service: Service; shares: ServiceEntities }) {
  const currency = useBaseCurrency();
  const total = (figure: Figure) => sum(data.map((row) => row[figure]));
  return (
    <Stack spacing={3}>
      <Typography color="textSecondary">{howShared(service)}</Typography>
      <PlainTable<Row>
        label={`What falls on each entity in ${fy}`}
        rows={data}
        unit={currency}
        keyOf={({ entityId }) => entityId ?? 0}
        columns={[
          { label: 'Entity', cell: ({ entity }) => entity, total: service.editable ? 'All entities' : 'Your entities' },
          ...amountAndShare('Budget', 'budget', total('budget'), service.editable),
          ...amountAndShare('Actual', 'actual', total('actual'), service.editable),
          {
            label: 'Committed',
            isAmount: true,
            cell: ({ committed }) => <Amount value={committed} as="to the paisa" />,
            total: <Amount value={total('committed')} as="to the paisa" />,
          },
          {
            label: 'Variance to date',
            isAmount: true,
            cell: ({ ytdVariance }) => <Variance value={ytdVariance} as="to the paisa" />,
            total: <Variance value={total('ytdVariance')} as="to the paisa" />,
          },
        ]}
      />
      {data.some(({ entityId }) => entityId === null) && <MendUnallocated service={service} />}
      {service.editable && <Conservation service={service} fy={fy} budget={total('budget')} actual={total('actual')} />}
    </Stack>
  );
}

/**
 * To the paisa, whatever the display of other figures: that the shares add up is the point. A reader who sees some of the
 * entities only is not shown what part of the whole they carry.
 */
const amountAndShare = (label: string, figure: Figure, total: string, isWhole: boolean): PlainColumn<Row>[] => [
  {
    label,
    isAmount: true,
    cell: (row) => <Amount value={row[figure]} as="to the paisa" />,
    total: <Amount value={total} as="to the paisa" />,
  },
  ...(isWhole
    ? [{ label: `${label} share`, isNumber: true, cell: (row: Row) => <Share part={row[figure]} whole={total} /> }]
    : []),
];

function Share({ part, whole }: { part: string; whole: string }) {
  const format = useFormat();
  return format.share(percentOf(part, whole));
}

function howShared({ serviceType, entity, budgetKey, actualKey, editable }: Service): string {
  const seen = editable ? '' : ' You see what falls on your entities.';
  if (serviceType === 'Dedicated')
    return entity ? `Dedicated: all of it falls on ${entity}.` : 'Dedicated, but no entity is named yet.';
  return `Shared: the budget by ${budgetKey ?? 'no key yet'}, actuals by ${actualKey ?? 'no key yet'}.${seen}`;
}

/** The way out of what falls on nobody. */
function MendUnallocated({ service: { id, serviceType, budgetKeyId, actualKeyId } }: { service: Service }) {
  const keyId = budgetKeyId ?? actualKeyId;
  const search = useSharedSearch();
  const values = useSharedSearch({ key: keyId });
  const isDedicated = serviceType === 'Dedicated';
  return (
    <Typography role="note">
      What is unallocated falls on no entity, and its months cannot be closed. Give the service{' '}
      <Link component={RouterLink} to={{ pathname: `/services/${id}`, search }}>
        {isDedicated ? 'an entity' : 'a key'}
      </Link>
      {!isDedicated && keyId !== null && (
        <>
          , or its key{' '}
          <Link component={RouterLink} to={{ pathname: '/masters/allocation-keys', search: values }}>
            values for these months
          </Link>
        </>
      )}
      .
    </Typography>
  );
}

type ConservationProps = { service: Service; fy: string; budget: string; actual: string };

/** The shares must come to the service's own figures; said where it can be seen. */
function Conservation({ service, fy, budget, actual }: ConservationProps) {
  const year = service.years.find((one) => one.fy === fy);
  if (!year) return null;
  const isWhole = isSame(year.budget, budget) && isSame(year.actual, actual);
  return (
    <Typography color={isWhole ? 'textSecondary' : 'error'} role={isWhole ? 'note' : 'alert'}>
      {isWhole ? (
        'The shares add up to the service exactly.'
      ) : (
        <>
          The shares do not add up to the service: its budget is <Amount value={year.budget} as="to the paisa" />, its
          actual <Amount value={year.actual} as="to the paisa" />.
        </>
      )}
    </Typography>
  );
}
