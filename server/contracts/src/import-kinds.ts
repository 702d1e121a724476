/** What a file can be, told by its headers. Those that are not loaded yet are still known, so that none is taken for another. */
export const importKinds = {
  budget: { title: 'Budget' },
  tracker: { title: 'Tracker' },
  'allocation-keys': { title: 'Allocation keys' },
  actuals: { title: 'Net actuals' },
  procurement: { title: 'Procurement' },
  rates: { title: 'Currency rates' },
} as const satisfies Record<string, { title: string }>;
export type ImportKind = keyof typeof importKinds;
export const importKindNames = Object.keys(importKinds) as ImportKind[];
export const loadedKinds = ['budget'] as const;
export type LoadedKind = (typeof loadedKinds)[number];
export const isLoaded = (kind: ImportKind | null): kind is LoadedKind => loadedKinds.some((one) => one === kind);

/** What a column can be taken for, in the order in which a person looks for it. */
export const importFields = {
  budget: {
    uid: 'UID',
    description: 'Description (read by people, not loaded)',
    ...(Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`month${index + 1}`, `Month ${index + 1} of the year`]),
    ) as Record<`month${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12}`, string>),
    budget: 'Budget of the year',
  },
} as const satisfies Record<LoadedKind, Record<string, string>>;
