import type { Service } from '@opex/contracts/services';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState, type KeyboardEvent } from 'react';
import { DayField } from '../../components/day-field.tsx';
import { parseDay } from '../../lib/day.ts';
import { KeyPicker } from '../../domain/pickers/key-picker.tsx';
import { MasterPicker, type Chosen } from '../../domain/pickers/master-picker.tsx';
import { choiceWord } from '../../domain/words/field-words.ts';
import { shownValue, valueOf, type FieldValue, type ServiceField } from './service-fields.ts';

type Props = {
  service: Service;
  field: ServiceField;
  label: string;
  onSave: (value: FieldValue, shown: string) => void;
  onCancel: () => void;
};

/** Enter saves, Esc cancels, leaving it saves what was typed. */
export function FieldEditor({ service, field, label, onSave, onCancel }: Props) {
  const id = valueOf(service, field);
  const chosen = typeof id === 'number' ? { id, name: shownValue(service, field) } : null;
  const choose = (next: Chosen | null) => onSave(next?.id ?? null, next?.name ?? '');
  const leave = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onCancel();
  };
  if (field.kind === 'reference') {
    const picker = { label, value: chosen, onChange: choose, onBlur: onCancel, autoFocus: true };
    return (
      <div onKeyDown={leave}>
        {field.of === 'allocation-keys' ? <KeyPicker {...picker} /> : <MasterPicker kind={field.of} {...picker} />}
      </div>
    );
  }
  if (field.kind === 'choice') {
    return (
      <TextField
        select
        fullWidth
        autoFocus
        label={label}
        value={id ?? ''}
        onChange={({ target }) => onSave(target.value, choiceWord(target.value))}
        onKeyDown={leave}
        slotProps={{ select: { defaultOpen: true, onClose: onCancel } }}
      >
        {field.values.map((choice) => (
          <MenuItem key={choice} value={choice}>
            {choiceWord(choice)}
          </MenuItem>
        ))}
      </TextField>
    );
  }
  return <TextEditor field={field} value={String(id ?? '')} label={label} onSave={onSave} onCancel={onCancel} />;
}

type TextProps = Pick<Props, 'label' | 'onSave' | 'onCancel'> & { field: Written; value: string };
type Written = Exclude<ServiceField, { kind: 'reference' | 'choice' }>;

function TextEditor({ field, value, label, onSave, onCancel }: TextProps) {
  const { kind } = field;
  const [text, setText] = useState(value);
  const isNullable = kind === 'day' || kind === 'parent';
  function save() {
    // The field says what is wrong with it.
    if (kind === 'day' && !parseDay(text.trim()).ok) return;
    if (text === value) onCancel();
    else onSave(text.trim() === '' && isNullable ? null : text, text);
  }
  function press(event: KeyboardEvent) {
    if (event.key === 'Escape') onCancel();
    if (event.key === 'Enter' && (kind !== 'text' || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
  }
  const input = { label, value: text, onKeyDown: press, onBlur: save, autoFocus: true, fullWidth: true };
  if (field.kind === 'day') return <DayField {...input} onChange={setText} />;
  return (
    <TextField
      {...input}
      onChange={({ target }) => setText(target.value)}
      multiline={kind === 'text'}
      maxRows={8}
      slotProps={{ htmlInput: { maxLength: field.limit } }}
    />
  );
}
