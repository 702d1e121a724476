import { z } from 'zod';

const openApi = z.object({
  info: z.object({ version: z.string() }),
  definitions: z.record(z.string(), z.looseObject({})),
});

/**
 * Of the OpenAPI document of a Kubernetes API server (Apache-2.0): the schema of each of these kinds, with what it refers to. Words are
 * left out, and an object may have no property that is not named, as the server has it with strict validation.
 */
export function schemasOf(kinds: string[], document: unknown) {
  const { info, definitions } = openApi.parse(document);
  const found = new Map<string, unknown>();
  const take = (name: string) => {
    if (found.has(name)) return;
    found.set(name, undefined);
    found.set(name, strict(definitions[name], take));
  };
  const roots = kinds.map((kind) => {
    const name = Object.keys(definitions).find((one) => identities(definitions[one]).includes(kind));
    if (name) take(name);
    return [kind, name] as const;
  });
  return {
    version: info.version,
    kinds: Object.fromEntries(roots.filter(([, name]) => name)),
    $defs: Object.fromEntries([...found].toSorted(([a], [b]) => a.localeCompare(b))),
  };
}

const identity = z.object({ group: z.string(), version: z.string(), kind: z.string() });
const identified = z.looseObject({ 'x-kubernetes-group-version-kind': z.array(identity).default([]) });
const identities = (definition: unknown) =>
  identified
    .parse(definition)
    ['x-kubernetes-group-version-kind'].map(
      ({ group, version, kind }) => `${group ? `${group}/` : ''}${version} ${kind}`,
    );

function strict(schema: unknown, take: (name: string) => void): unknown {
  if (Array.isArray(schema)) return schema.map((one) => strict(one, take));
  if (typeof schema !== 'object' || schema === null) return schema;
  const {
    $ref,
    format,
    properties,
    items,
    additionalProperties,
    type,
    required,
    enum: values,
  } = schema as Record<string, unknown>;
  if (typeof $ref === 'string') {
    const name = $ref.replace('#/definitions/', '');
    take(name);
    return { $ref: `#/$defs/${name}` };
  }
  if (format === 'int-or-string') return { type: ['integer', 'string'] };
  const each =
    properties && Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, strict(one, take)]));
  return {
    ...(type !== undefined && { type }),
    ...(values !== undefined && { enum: values }),
    ...(required !== undefined && { required }),
    ...(items !== undefined && { items: strict(items, take) }),
    ...(each
      ? { properties: each, additionalProperties: false }
      : additionalProperties !== undefined && { additionalProperties: strict(additionalProperties, take) }),
  };
}
