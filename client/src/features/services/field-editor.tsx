import type { Service } from '@opex/contracts/services';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState, type KeyboardEvent } from 'react';
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
  if (field.kind === 'master') {
    return (
      <div onKeyDown={leave}>
        <MasterPicker kind={field.master} label={label} value={chosen} onChange={choose} onBlur={onCancel} autoFocus />
      </div>
    );
  }
  if (field.kind === 'key') {
    return (
      <div onKeyDown={leave}>
        <KeyPicker label={label} value={chosen} onChange={choose} onBlur={onCancel} autoFocus />
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
        {field.choices.map((choice) => (
          <MenuItem key={choice} value={choice}>
            {choiceWord(choice)}
          </MenuItem>
        ))}
      </TextField>
    );
  }
  return <TextEditor kind={field.kind} value={String(id ?? '')} label={label} onSave={onSave} onCancel={onCancel} />;
}

type TextProps = Pick<Props, 'label' | 'onSave' | 'onCancel'> & {
  kind: 'line' | 'text' | 'date' | 'optional-line';
  value: string;
};

function TextEditor({ kind, value, label, onSave, onCancel }: TextProps) {
  const [text, setText] = useState(value);
  const isNullable = kind === 'date' || kind === 'optional-line';
  const save = () => (text === value ? onCancel() : onSave(text.trim() === '' && isNullable ? null : text, text));
  function press(event: KeyboardEvent) {
    if (event.key === 'Escape') onCancel();
    if (event.key === 'Enter' && (kind !== 'text' || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
  }
  return (
    <TextField
      label={label}
      value={text}
      onChange={({ target }) => setText(target.value)}
      onKeyDown={press}
      onBlur={save}
      type={kind === 'date' ? 'date' : 'text'}
      multiline={kind === 'text'}
      maxRows={8}
      autoFocus
      fullWidth
      {...(kind === 'date' && { slotProps: { inputLabel: { shrink: true } } })}
    />
  );
}
