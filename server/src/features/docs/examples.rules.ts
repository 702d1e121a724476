export type JsonSchema = {
  $ref?: string;
  type?: string;
  examples?: unknown[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
};

/** A value of this schema: the example that its kind has, else one put together from the kinds inside. */
export function exampleOf(schema: JsonSchema): unknown {
  const said = schema.examples?.[0] ?? schema.default ?? schema.const ?? schema.enum?.[0];
  if (said !== undefined) return said;
  if (schema.anyOf) return exampleOf(schema.anyOf[0] ?? {});
  if (schema.type === 'array') return [exampleOf(schema.items ?? {})];
  if (schema.type === 'boolean') return true;
  if (schema.type === 'object') return objectOf(schema);
  throw new Error(`Give this kind its example() in contracts: ${JSON.stringify(schema)}`);
}

/** What must be there; of a partial change, where nothing must, the first field. */
function objectOf({ properties = {}, required = Object.keys(properties).slice(0, 1) }: JsonSchema) {
  return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {})]));
}
