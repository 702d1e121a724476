/** What a file can be, told by its headers. Those that are not loaded yet are still known, so that none is taken for another. */
export const importKinds = {
  budget: { title: 'Budget', isLoaded: true },
  tracker: { title: 'Tracker', isLoaded: false },
  'allocation-keys': { title: 'Allocation keys', isLoaded: false },
  actuals: { title: 'Net actuals', isLoaded: false },
  procurement: { title: 'Procurement', isLoaded: false },
  rates: { title: 'Currency rates', isLoaded: false },
} as const satisfies Record<string, { title: string; isLoaded: boolean }>;
export type ImportKind = keyof typeof importKinds;
export const importKindNames = Object.keys(importKinds) as ImportKind[];
export const loadedKinds = ['budget'] as const;
export type LoadedKind = (typeof loadedKinds)[number];

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
