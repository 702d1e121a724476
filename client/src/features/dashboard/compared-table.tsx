import type { Dashboard } from '@opex/contracts/reports';
import { Amount, Variance, VariancePercent } from '../../domain/amounts/amount.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { FigureLink } from './figure-link.tsx';

type What = 'budget' | 'actual' | 'variance';
type Line = {
  key: number;
  label: string;
  compared: Dashboard['totals']['compared'];
  /** The list that one of its figures adds up. */
  opens: (what: What) => string;
};

/** What a horizon compares, line by line; each figure opens its list. */
export function ComparedTable({ label, first, lines }: { label: string; first: string; lines: Line[] }) {
  const amount = (title: string, what: 'budget' | 'actual') => ({
    label: title,
    isAmount: true,
    cell: ({ compared, opens }: Line) => (
      <FigureLink to={opens(what)}>
        <Amount value={compared[what]} />
      </FigureLink>
    ),
  });
  return (
    <PlainTable
      label={label}
      rows={lines}
      keyOf={({ key }) => key}
      columns={[
        { label: first, cell: ({ label: name, opens }) => <FigureLink to={opens('variance')}>{name}</FigureLink> },
        amount('Budget', 'budget'),
        amount('Actual', 'actual'),
        {
          label: 'Variance',
          isAmount: true,
          cell: ({ compared, opens }) => (
            <FigureLink to={opens('variance')}>
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
  );
}
