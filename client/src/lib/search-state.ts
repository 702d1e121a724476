import type * as z from 'zod/mini';

/** What every page shares: the year, the horizon and the entity of the top bar. */
export const sharedNames = ['fy', 'horizon', 'entity'] as const;

/** A name that is given twice means both: `tower=1&tower=2` is `tower=1,2`. */
export function paramsOf(search: string): URLSearchParams {
  const params = new URLSearchParams(search);
  for (const name of new Set(params.keys())) {
    const values = new Set(params.getAll(name).filter((value) => value !== ''));
    params.set(name, [...values].join());
  }
  return params;
}

/** What an address says in the words of a schema. */
export function readState<Schema extends z.ZodMiniObject>(
  schema: Schema,
  params: URLSearchParams,
  defaults: Record<string, string | number> = {},
): z.output<Schema> {
  const state: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.shape as Record<string, z.ZodMiniType>)) {
    const given = params.get(name) ?? undefined;
    const fallback = defaults[name] === undefined ? undefined : String(defaults[name]);
    const values = [given, fallback].filter((value) => value !== undefined);
    const parsed = [...values, undefined].map((value) => field.safeParse(value)).find(({ success }) => success);
    if (parsed?.success && parsed.data !== undefined) state[name] = parsed.data;
  }
  return state as z.output<Schema>;
}

/** By name, which values a page reads beside those of its schema. */
export type OwnNames = Readonly<Record<string, (value: string) => boolean>>;

/** What an address says that its page cannot read: a name it does not know, or a value that does not fit. */
export function misreadIn(schema: z.ZodMiniObject, params: URLSearchParams, own: OwnNames = {}) {
  const shape = schema.shape as Record<string, z.ZodMiniType>;
  return [...params].flatMap(([name, value]) => {
    if (value === '') return [];
    const ofSchema = () =>
      Object.hasOwn(shape, name)
        ? shape[name]?.safeParse(value).success
        : (sharedNames as readonly string[]).includes(name);
    const isRead = Object.hasOwn(own, name) ? own[name]?.(value) : ofSchema();
    return isRead ? [] : [{ name, value }];
  });
}
