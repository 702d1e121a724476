import type { Dashboard } from '@opex/contracts/reports';
import { Variance } from '../../domain/amounts/amount.tsx';
import { BarList } from './bar-list.tsx';
import { ComparedTable } from './compared-table.tsx';
import { addingCompared, horizonName, towerFilter, type TrackerAddress } from './dashboard.words.ts';
import { Panel } from './panel.tsx';

export function TowersPanel({ report, tracker }: { report: Dashboard; tracker: TrackerAddress }) {
  const lines = report.towers.map(({ towerId, tower, compared }) => ({
    key: towerId ?? 0,
    label: tower,
    compared,
    opens: (what: 'budget' | 'actual' | 'variance') =>
      tracker({ ...towerFilter(towerId), ...addingCompared(report.horizon.kind, what) }),
  }));
  return (
    <Panel
      title="By tower"
      note={`Budget and actual, ${horizonName(report)}`}
      name="towers"
      table={<ComparedTable label="Towers" first="Tower" lines={lines} />}
    >
      <BarList
        bars={lines.map(({ compared: { budget, actual, variance }, opens, ...line }) => ({
          ...{ ...line, budget, actual, to: opens('variance') },
          note: <Variance value={variance} as="mark" />,
        }))}
      />
    </Panel>
  );
}
