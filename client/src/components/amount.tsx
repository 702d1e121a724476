import Box from '@mui/material/Box';
import { absolute, sideOf } from '../lib/format.ts';
import { useFormat } from '../lib/use-format.ts';

type AmountProps = {
  value: string | null | undefined;
  /** In a column the unit stands once over all amounts. */
  isInColumn?: boolean;
};

/** As this person chose to read amounts; the exact figure is in the title. */
export function Amount({ value, isInColumn = false }: AmountProps) {
  const format = useFormat();
  const shown = isInColumn ? format.inColumn(value) : format.amount(value);
  const exact = format.exact(value);
  return (
    <Box component="span" sx={{ whiteSpace: 'nowrap' }} {...(shown !== exact && { title: exact })}>
      {shown}
    </Box>
  );
}

type VarianceProps = {
  /** Plan minus actual: positive is favourable. */
  value: string | null | undefined;
  percent?: string | null;
  /** Where the column says it, the word is only for those who cannot see the colour. */
  isWordHidden?: boolean;
  isInColumn?: boolean;
};
const words = { favourable: 'under', adverse: 'over', none: '' } as const;

/** Sign, word and colour say the same thing. */
export function Variance({ value, percent, isWordHidden, isInColumn = false }: VarianceProps) {
  const format = useFormat();
  const side = sideOf(value);
  if (side === 'none' || !value) return <Amount value={value} isInColumn={isInColumn} />;
  const sign = side === 'adverse' ? '-' : '+';
  return (
    <Box
      component="span"
      title={`${format.exact(absolute(value))} ${words[side]} budget`}
      sx={{ color: `${side}.main`, whiteSpace: 'nowrap' }}
    >
      {sign}
      {isInColumn ? format.inColumn(absolute(value)) : format.amount(absolute(value))}
      {percent && ` (${format.percent(absolute(percent))})`}
      {isWordHidden ? <span className="visually-hidden"> {words[side]}</span> : ` ${words[side]}`}
    </Box>
  );
}
