import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';
import type { OwnNames } from '../../lib/search-state.ts';
import { useAddress } from '../../lib/use-search-state.ts';

/** What the panels read from the address. */
export const panelNames: OwnNames = { tables: () => true };

type Props = {
  title: string;
  note?: ReactNode;
  /** The name under which the address remembers that the table is shown. */
  name?: string;
  children: ReactNode;
  /** The same figures as a table. */
  table?: ReactNode;
};

export function Panel({ title, note, name, children, table }: Props) {
  const heading = useId();
  const [isTable, toggle] = useTableView(name ?? '');
  return (
    <Box component="section" aria-labelledby={heading}>
      <Box sx={{ display: 'flex', alignItems: 'center', columnGap: 3, minHeight: 32, marginBlockEnd: 1 }}>
        <Typography variant="h2" id={heading} noWrap sx={{ flexShrink: 0 }}>
          {title}
        </Typography>
        {note && (
          <Typography variant="caption" color="textSecondary" component="div" noWrap sx={{ minWidth: 0 }}>
            {note}
          </Typography>
        )}
        {table && (
          <Button
            onClick={toggle}
            aria-label={`Show ${title} as a ${isTable ? 'chart' : 'table'}`}
            sx={{ marginInlineStart: 'auto' }}
          >
            {isTable ? 'Chart' : 'Table'}
          </Button>
        )}
      </Box>
      {isTable ? table : children}
    </Box>
  );
}

function useTableView(name: string) {
  const [params, change] = useAddress();
  const isTable = tablesOf(params).includes(name);
  const toggle = () =>
    change(
      (now) => {
        const shown = tablesOf(now);
        const next = shown.includes(name) ? shown.filter((other) => other !== name) : [...shown, name];
        return { tables: next.join(',') };
      },
      { replace: true },
    );
  return [isTable, toggle] as const;
}

const tablesOf = (params: URLSearchParams) => (params.get('tables') ?? '').split(',').filter(Boolean);
