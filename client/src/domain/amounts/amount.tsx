import { absolute, sideOf } from './format.ts';
import { useFormat, type Format } from './use-format.ts';

/**
 * Where an amount stands. In a column (else) the unit is said once, over all amounts. In text each says its own; a mark
 * of a chart has room for a short one only; and where the last paisa matters, it is there whatever was chosen.
 */
type Place = 'column' | 'text' | 'mark' | 'to the paisa';
type AmountProps = { value: string | null | undefined; as?: Place };

const shownAs = (place: Place, format: Format) =>
  ({ column: format.inColumn, text: format.amount, mark: format.short, 'to the paisa': format.exact })[place];

/** As this person chose to read amounts; the exact figure is in the title. There are hundreds on a page: their look is in the theme. */
export function Amount({ value, as = 'column' }: AmountProps) {
  const format = useFormat();
  const shown = shownAs(as, format)(value);
  const exact = format.exact(value);
  return (
    <span className="amount" {...(shown !== exact && { title: exact })}>
      {shown}
    </span>
  );
}

type VarianceProps = AmountProps & {
  /** In a column that says it already, the word is there for screen readers only. */
  isWordHidden?: boolean;
};
const words = { favourable: 'under', adverse: 'over', none: '' } as const;

/** Plan minus actual: positive is favourable. Sign, word and colour say the same thing. */
export function Variance({ value, isWordHidden, as = 'column' }: VarianceProps) {
  const format = useFormat();
  const side = sideOf(value);
  if (side === 'none' || !value) return <Amount value={value} as={as} />;
  const size = absolute(value);
  const shown = shownAs(as, format)(size);
  // A variance that is shown as zero is neither over nor under.
  const isNothing = shown.startsWith('<');
  const word = isWordHidden ? <span className="visually-hidden"> {words[side]}</span> : ` ${words[side]}`;
  return (
    <span className={isNothing ? 'amount' : `amount ${side}`} title={`${format.exact(size)} ${words[side]} budget`}>
      {!isNothing && (side === 'adverse' ? '-' : '+')}
      {shown}
      {word}
    </span>
  );
}

/** How much of the budget a variance is; beside it, in a column of its own. */
export function VariancePercent({ percent }: { percent: string | null }) {
  const format = useFormat();
  return percent && format.percent(absolute(percent));
}
