import { useQuery } from '@tanstack/react-query';
import { useState, type ComponentProps } from 'react';
import { allocationKeys } from '../allocation-keys.queries.ts';
import { Picker } from './master-picker.tsx';

type Props = Omit<ComponentProps<typeof Picker>, 'options' | 'isLoading' | 'words' | 'onWords' | 'isFound'>;

/** Chooses an allocation key. Retired ones are not offered. */
export function KeyPicker(props: Props) {
  const [words, setWords] = useState(props.value?.name ?? '');
  const { data, isPending } = useQuery(allocationKeys);
  const keys = (data?.data ?? []).filter(({ retired }) => !retired);
  return <Picker {...props} options={keys} isLoading={isPending} words={words} onWords={setWords} />;
}
