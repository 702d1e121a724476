import type { Changes } from '@opex/contracts/changes';
import Box from '@mui/material/Box';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { fiscalYears } from '../fiscal-years.queries.ts';
import { valueWords } from '../words/field-words.ts';
import { useTitleOf } from '../words/use-title-of.ts';
import { useFormat } from '../amounts/use-format.ts';

type Props = {
  changes: Changes;
  fy: string | null;
  /** What can be done with one field. */
  action?: (field: string, label: string) => ReactNode;
};

/** Field by field: what it was, what it is. */
export function FieldChanges({ changes, fy, action }: Props) {
  const format = useFormat();
  const { data } = useQuery(fiscalYears);
  const titleOf = useTitleOf(data?.data.find(({ label }) => label === fy));
  return (
    <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {Object.entries(changes).map(([field, { from, to }]) => {
        const label = titleOf(field);
        return (
          <Box
            component="li"
            key={field}
            sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, alignItems: 'baseline' }}
          >
            <Box component="span" sx={{ color: 'text.secondary', minWidth: 128 }}>
              {label}
            </Box>
            <span>
              <Box component="del" sx={{ color: 'text.secondary' }}>
                {valueWords(field, from, format)}
              </Box>
              {' \u2192 '}
              <Box component="ins" sx={{ textDecoration: 'none' }}>
                {valueWords(field, to, format)}
              </Box>
            </span>
            {action?.(field, label)}
          </Box>
        );
      })}
    </Box>
  );
}
