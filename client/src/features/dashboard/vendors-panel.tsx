import type { Dashboard } from '@opex/contracts/reports';
import { BarList } from './bar-list.tsx';
import { ComparedTable } from './compared-table.tsx';
import { addingCompared, horizonName, vendorFilter, type TrackerAddress } from './dashboard.words.ts';
import { Panel } from './panel.tsx';

export function VendorsPanel({ report, tracker }: { report: Dashboard; tracker: TrackerAddress }) {
  const lines = report.vendors.map(({ vendorId, vendor, compared }) => ({
    key: vendorId ?? 0,
    label: vendor,
    compared,
    opens: (what: 'budget' | 'actual' | 'variance') =>
      tracker({ ...vendorFilter(vendorId), ...addingCompared(report.horizon.kind, what) }),
  }));
  return (
    <Panel
      title="Top vendors"
      note={`The largest of ${report.fy}; budget and actual, ${horizonName(report)}`}
      name="vendors"
      table={<ComparedTable label="Top vendors" first="Vendor" lines={lines} />}
    >
      <BarList
        bars={lines.map(({ compared: { budget, actual }, opens, ...line }) => ({
          ...{ ...line, budget, actual, to: opens('actual') },
        }))}
      />
    </Panel>
  );
}
