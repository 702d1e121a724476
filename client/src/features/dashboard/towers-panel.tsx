import type { Dashboard } from '@opex/contracts/reports';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router-dom';
import { Amount, Variance, VariancePercent } from '../../domain/amounts/amount.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { BarList } from './bar-list.tsx';
import { monthsToDate, towerFilter, type TrackerAddress } from './dashboard.words.ts';
import { Panel } from './panel.tsx';

type Props = { report: Dashboard; tracker: TrackerAddress };
type Tower = Dashboard['towers'][number];

export function TowersPanel({ report, tracker }: Props) {
  const addressOf = ({ towerId }: Tower) => tracker(towerFilter(towerId));
  return (
    <Panel
      title="By tower"
      note={`Budget and actual to date, ${monthsToDate(report)}`}
      name="towers"
      table={<TowersTable towers={report.towers} addressOf={addressOf} />}
    >
      <BarList
        bars={report.towers.map((tower) => ({
          key: tower.towerId ?? 0,
          label: tower.tower,
          to: addressOf(tower),
          budget: tower.ytdBudget,
          actual: tower.ytdActual,
          note: <Variance value={tower.ytdVariance} as="mark" />,
        }))}
      />
    </Panel>
  );
}

function TowersTable({ towers, addressOf }: { towers: Tower[]; addressOf: (tower: Tower) => string }) {
  const amount = (label: string, field: 'ytdBudget' | 'ytdActual') => ({
    label,
    isAmount: true,
    cell: (tower: Tower) => <Amount value={tower[field]} />,
  });
  return (
    <PlainTable
      label="Towers"
      rows={towers}
      keyOf={({ towerId }) => towerId ?? 0}
      columns={[
        {
          label: 'Tower',
          cell: (tower) => (
            <Link component={RouterLink} to={addressOf(tower)}>
              {tower.tower}
            </Link>
          ),
        },
        amount('Budget to date', 'ytdBudget'),
        amount('Actual to date', 'ytdActual'),
        {
          label: 'Variance',
          isAmount: true,
          cell: ({ ytdVariance }) => <Variance value={ytdVariance} isWordHidden />,
        },
        {
          label: '% of budget',
          isNumber: true,
          isMinor: true,
          cell: ({ ytdVariancePercent }) => <VariancePercent percent={ytdVariancePercent} />,
        },
      ]}
    />
  );
}
