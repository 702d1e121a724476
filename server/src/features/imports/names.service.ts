import type { UnknownName } from '@opex/contracts/import-findings';
import type { MasterKind } from '@opex/contracts/masters';
import { nameKey } from '@opex/contracts/written';
import type { Caller } from '../../lib/caller.ts';
import * as masters from '../masters/masters-by-name.service.ts';
import type { Options } from './imports.repository.ts';
import type { Entities } from './columns.rules.ts';
import { isNearly } from './names.rules.ts';

/** A name that a file uses, and how often. */
export type Asked = { kind: MasterKind; name: string; uses: number };
/** What names in a file mean: those there are, and those that were chosen. One that will be created has an id below zero. */
export interface Names {
  idOf(kind: MasterKind, name: string): number | undefined;
  nameOf(kind: MasterKind, id: number): string;
}

const mostLike = 5;

export async function resolve(
  { scope }: Caller,
  asked: readonly Asked[],
  chosen: Options['names'] = [],
): Promise<{ names: Names; entities: Entities; unknown: UnknownName[] }> {
  const ids = new Map<string, number>();
  const titles = new Map<string, string>();
  const unknown: UnknownName[] = [];
  for (const kind of new Set(asked.map((one) => one.kind))) {
    const ofKind = asked.filter((one) => one.kind === kind);
    const texts = [...new Set(ofKind.map(({ name }) => name))];
    const [there, found] = await Promise.all([masters.findNames(kind, scope), masters.findByNames(kind, texts, scope)]);
    for (const { id, name } of there) titles.set(`${kind}:${id}`, name);
    for (const { asked: text, id } of found) ids.set(`${kind}:${nameKey(text)}`, id);
    for (const { name, uses } of ofKind) {
      const key = nameKey(name);
      if (ids.has(`${kind}:${key}`)) continue;
      const before = unknown.find((one) => one.kind === kind && nameKey(one.name) === key);
      if (before) {
        before.uses += uses;
        continue;
      }
      const choice = chosen.find((one) => one.kind === kind && nameKey(one.name) === key)?.is ?? null;
      const like = there.filter((one) => isNearly(one.name, name)).slice(0, mostLike);
      unknown.push({
        kind,
        name,
        uses,
        like,
        chosen: typeof choice !== 'number' || titles.has(`${kind}:${choice}`) ? choice : null,
      });
    }
  }
  unknown.forEach(({ kind, name, chosen: is }, index) => {
    if (typeof is === 'number') ids.set(`${kind}:${nameKey(name)}`, is);
    if (is !== 'create') return;
    ids.set(`${kind}:${nameKey(name)}`, toCreate(index));
    titles.set(`${kind}:${toCreate(index)}`, name);
  });
  const idOf = (kind: MasterKind, name: string) => ids.get(`${kind}:${nameKey(name)}`);
  return {
    unknown,
    names: { idOf, nameOf: (kind, id) => titles.get(`${kind}:${id}`) ?? `${id}` },
    entities: {
      idOf: (name) => idOf('entities', name),
      nameOf: (id) => titles.get(`entities:${id}`),
    },
  };
}

/** Each name once, with how often it is used. */
export function counted(names: readonly Omit<Asked, 'uses'>[]): Asked[] {
  const found = new Map<string, Asked>();
  for (const { kind, name } of names) {
    const key = `${kind}:${name}`;
    const one = found.get(key);
    if (one) one.uses++;
    else found.set(key, { kind, name, uses: 1 });
  }
  return [...found.values()];
}

/** Until it is there, what will be created has the place in the list of unknown names for an id. */
export const toCreate = (index: number) => -index - 1;
