import type * as z from 'zod/mini';

/** What every page shares: the year, the horizon and the entity of the top bar. */
export const sharedNames = ['fy', 'horizon', 'entity'] as const;

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

/** What an address says that its page cannot read: a name it does not know, or a value that does not fit. */
export function misreadIn(schema: z.ZodMiniObject, params: URLSearchParams, own: readonly string[] = []) {
  const shape = schema.shape as Record<string, z.ZodMiniType>;
  return [...params].flatMap(([name, value]) => {
    if (value === '' || own.includes(name)) return [];
    const isRead = Object.hasOwn(shape, name)
      ? shape[name]?.safeParse(value).success
      : (sharedNames as readonly string[]).includes(name);
    return isRead ? [] : [{ name, value }];
  });
}
