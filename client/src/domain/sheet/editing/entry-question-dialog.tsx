import { DoubtDialog } from '../../amounts/doubt-dialog.tsx';
import type { Question, Reading } from './entry-question.ts';
import { useFieldNames } from '../columns/use-field-names.ts';

type Props = { question: Question; onChoose: (reading: Reading) => void; onCancel: () => void };

export function EntryQuestionDialog({ question: { shown, likelier, doubtful }, onChoose, onCancel }: Props) {
  const nameOf = useFieldNames();
  const cells = (likelier ?? shown).edits.flatMap(({ values }) => Object.keys(values));
  return (
    <DoubtDialog
      lines={doubtful.map(({ row, field, amount, doubt }) => ({
        where: `${row.uid} ${row.service}, ${nameOf(field)}`,
        amount,
        doubt,
      }))}
      count={likelier ? cells.length : doubtful.length}
      likelier={likelier?.unit}
      isReadable={shown.bad.length === 0}
      onShown={() => onChoose(shown)}
      onLikelier={() => likelier && onChoose(likelier)}
      onCancel={onCancel}
    />
  );
}
