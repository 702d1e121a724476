import { useColorScheme } from '@mui/material/styles';

/** The name the first script of index.html reads, before anything is painted. */
export const schemeStorageKey = 'opex-scheme';

export const schemes = ['system', 'light', 'dark'] as const;
export type Scheme = (typeof schemes)[number];

export function useScheme(): readonly [Scheme, (scheme: Scheme) => void] {
  const { mode, setMode } = useColorScheme();
  return [mode ?? 'system', setMode];
}
