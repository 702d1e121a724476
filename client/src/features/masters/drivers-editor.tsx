import Box from '@mui/material/Box';
import InputBase from '@mui/material/InputBase';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import type { Path } from 'react-hook-form';
import type { ContractForm } from '../../components/form/use-contract-form.ts';
import { useFormField } from '../../components/form/use-form-field.ts';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { useEntities } from '../../domain/masters.queries.ts';
import { isDriverValue, pasteValues, percentOf, totalOf, type DriverValues } from './driver-values.ts';

type Valued = { drivers: DriverValues };
type Props<Draft extends Valued, Body> = { form: ContractForm<Draft, Body> };

/** Values and what they come to, side by side. Takes a column copied from Excel. */
export function DriversEditor<Draft extends Valued, Body>({ form }: Props<Draft, Body>) {
  const { field, complaint } = useFormField(form, 'drivers' as Path<Draft>);
  const { onChange } = field;
  const values: DriverValues = field.value;
  const entities = useEntities().filter(({ id, retired }) => !retired || values[id] !== undefined);
  const [problem, setProblem] = useState<string | null>(null);
  const total = totalOf(values);

  function paste(text: string, first: number): boolean {
    if (!/[\t\n]/.test(text.trim())) return false;
    const pasted = pasteValues(text, entities, first);
    setProblem(pasted.problem);
    onChange({ ...values, ...pasted.values });
    return true;
  }

  return (
    <Box>
      <Typography variant="caption" color="textSecondary">
        Paste a column of values from Excel, or two: names and values.
      </Typography>
      <PlainTable
        label="Values by entity"
        rows={entities}
        keyOf={({ id }) => id}
        columns={[
          { label: 'Entity', cell: ({ name }) => name, total: 'All entities' },
          {
            label: 'Value',
            isNumber: true,
            total: total.toString(),
            cell: ({ id, name }) => (
              <ValueCell
                label={`Value of ${name}`}
                value={values[id] ?? ''}
                onChange={(value) => {
                  setProblem(null);
                  onChange({ ...values, [id]: value });
                }}
                onPaste={(text) =>
                  paste(
                    text,
                    entities.findIndex((entity) => entity.id === id),
                  )
                }
              />
            ),
          },
          {
            label: 'Share',
            isNumber: true,
            cell: ({ id }) => percentOf(values[id], total),
            total: total.isZero() ? '' : '100.00 %',
          },
        ]}
      />
      {(problem ?? complaint) && (
        <Typography role="alert" color="error">
          {problem ? `${problem}. Nothing was pasted.` : complaint}
        </Typography>
      )}
    </Box>
  );
}

type CellProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onPaste: (text: string) => boolean;
};

function ValueCell({ label, value, onChange, onPaste }: CellProps) {
  const isWrong = !isDriverValue(value);
  return (
    <InputBase
      value={value}
      onChange={({ target }) => onChange(target.value)}
      onPaste={(event) => {
        if (onPaste(event.clipboardData.getData('text/plain'))) event.preventDefault();
      }}
      error={isWrong}
      slotProps={{
        input: {
          'aria-label': label,
          'aria-invalid': isWrong,
          inputMode: 'decimal',
          style: { textAlign: 'right', padding: 0 },
        },
      }}
      sx={{
        fontSize: 'inherit',
        minWidth: 120,
        // Wide enough for every digit and one more.
        width: `calc(${value.length + 1}ch + 8px)`,
        paddingInline: 1,
        borderRadius: 1,
        outline: '1px solid',
        outlineColor: isWrong ? 'error.main' : 'divider',
        '&.Mui-focused': { outline: '2px solid', outlineColor: isWrong ? 'error.main' : 'primary.main' },
      }}
    />
  );
}
