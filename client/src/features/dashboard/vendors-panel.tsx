import type { Dashboard } from '@opex/contracts/reports';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router-dom';
import { Amount } from '../../domain/amounts/amount.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { BarList } from './bar-list.tsx';
import { vendorFilter, type TrackerAddress } from './dashboard.words.ts';
import { Panel } from './panel.tsx';

type Vendor = Dashboard['vendors'][number];

export function VendorsPanel({ report: { vendors, fy }, tracker }: { report: Dashboard; tracker: TrackerAddress }) {
  const addressOf = ({ vendorId }: Vendor) => tracker(vendorFilter(vendorId));
  return (
    <Panel
      title="Top vendors"
      note={`All of ${fy}`}
      name="vendors"
      table={<VendorsTable vendors={vendors} addressOf={addressOf} />}
    >
      <BarList
        bars={vendors.map((vendor) => ({
          key: vendor.vendorId ?? 0,
          label: vendor.vendor,
          to: addressOf(vendor),
          budget: vendor.budget,
          actual: vendor.actual,
        }))}
      />
    </Panel>
  );
}

function VendorsTable({ vendors, addressOf }: { vendors: Vendor[]; addressOf: (vendor: Vendor) => string }) {
  return (
    <PlainTable
      label="Top vendors"
      rows={vendors}
      keyOf={({ vendorId }) => vendorId ?? 0}
      columns={[
        {
          label: 'Vendor',
          cell: (vendor) => (
            <Link component={RouterLink} to={addressOf(vendor)}>
              {vendor.vendor}
            </Link>
          ),
        },
        { label: 'Budget', isAmount: true, cell: ({ budget }) => <Amount value={budget} /> },
        { label: 'Actual', isAmount: true, cell: ({ actual }) => <Amount value={actual} /> },
      ]}
    />
  );
}
