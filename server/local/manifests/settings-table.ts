import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { schema } from '../../src/config.ts';
import { overlays, renderedFile } from './sources.ts';

const described = z.object({
  properties: z.record(z.string(), z.looseObject({ default: z.union([z.string(), z.number()]).optional() })),
  required: z.array(z.string()).default([]),
});
const begin = '<!-- settings: written by "npm run manifests" -->\n';
const end = '<!-- end of settings -->';

/** The README with the table of all settings as they are now. */
export function withTable(readme: string): string {
  const [before, rest = ''] = readme.split(begin);
  return `${before}${begin}${table()}${end}${rest.split(end)[1] ?? '\n'}`;
}

function table(): string {
  const { properties, required } = described.parse(z.toJSONSchema(schema, { io: 'input' }));
  const [local, production] = overlays.map(given);
  const row = (name: string) => {
    const fallback = properties[name]?.default;
    const cells = [`\`${name}\``, required.includes(name) ? 'must be set' : fallback === undefined || fallback === '' ? '' : `\`${fallback}\``, local?.get(name) ?? '', production?.get(name) ?? '']; // prettier-ignore
    return `| ${cells.join(' | ')} |\n`;
  };
  return `| setting | without it | local | production |\n| --- | --- | --- | --- |\n${Object.keys(properties).map(row).join('')}`;
}

const settings = z.object({
  kind: z.literal('ConfigMap'),
  metadata: z.object({ name: z.templateLiteral(['settings-', z.string()]) }),
  data: z.record(z.string(), z.string()),
});
const container = z.looseObject({
  name: z.string(),
  image: z.string().regex(/opex-manager:/),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
});

/** What an overlay says of each setting, and to whom if not to all. Of one that comes as a file, where the file is. */
function given(overlay: string): Map<string, string> {
  const documents = parseAllDocuments(readFileSync(renderedFile(overlay), 'utf8')).map((one) => one.toJS() as unknown);
  const found = new Map<string, string>();
  const note = (name: string, value: string) => found.set(name.replace(/_FILE$/, ''), value);
  for (const { data } of documents.flatMap((one) => settings.safeParse(one).data ?? []))
    for (const [name, value] of Object.entries(data)) note(name, `\`${value}\``);
  for (const { name: pod, env } of documents.flatMap(containersIn))
    for (const { name, value } of env) if (value !== undefined) note(name, `\`${value}\` (${pod})`);
  return found;
}

function containersIn(value: unknown): z.infer<typeof container>[] {
  const own = container.safeParse(value).data;
  if (own) return [own];
  const parts: unknown[] = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return parts.flatMap(containersIn);
}
