import type { Dashboard } from '@opex/contracts/reports';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router-dom';
import { Variance, VariancePercent } from '../../domain/amounts/amount.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { ServiceLink } from '../../domain/links/service-link.tsx';
import { byVariance, horizonName, inHorizon, type TrackerAddress } from './dashboard.words.ts';
import { FigureLink } from './figure-link.tsx';
import { Panel } from './panel.tsx';

type Props = { side: 'adverse' | 'favourable'; report: Dashboard; tracker: TrackerAddress };

const words = {
  adverse: { title: 'Furthest over budget', none: 'No service is over its budget' },
  favourable: { title: 'Furthest under budget', none: 'No service is under its budget' },
} as const;

export function VariancesPanel({ side, report, tracker }: Props) {
  const rows = report.variances[side];
  const { title, none } = words[side];
  const { kind } = report.horizon;
  return (
    <Panel
      title={title}
      note={
        <>
          {horizonName(report)},{' '}
          <Link component={RouterLink} to={tracker(byVariance(kind, side))}>
            all services in this order
          </Link>
        </>
      }
    >
      {rows.length === 0 ? (
        <Typography color="textSecondary">
          {none} {inHorizon(report)}.
        </Typography>
      ) : (
        <PlainTable
          label={title}
          rows={rows}
          keyOf={({ serviceId }) => serviceId}
          columns={[
            {
              label: 'Service',
              isWide: true,
              cell: ({ serviceId, uid, service }) => <ServiceLink id={serviceId} uid={uid} service={service} />,
            },
            { label: 'Tower', isMinor: true, cell: ({ tower }) => tower },
            {
              label: 'Variance',
              isAmount: true,
              cell: ({ uid, compared }) => (
                <FigureLink to={tracker({ uid, ...byVariance(kind, side) })}>
                  <Variance value={compared.variance} isWordHidden />
                </FigureLink>
              ),
            },
            {
              label: '% of budget',
              isNumber: true,
              isMinor: true,
              cell: ({ compared }) => <VariancePercent percent={compared.variancePercent} />,
            },
          ]}
        />
      )}
    </Panel>
  );
}
