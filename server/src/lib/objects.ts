type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Drops absent fields, so that a partial change writes only what was sent. */
export const withoutUndefined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>;
