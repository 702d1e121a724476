import type { MasterKind } from '@opex/contracts/masters';
import { z } from 'zod';
import { inScope, scopeValue } from '../../database/fragments.ts';
import { readRows } from '../../database/read.ts';
import type { Scope } from '../../lib/caller.ts';
import { tables } from './masters.repository.ts';

const named = z.object({ id: z.int(), name: z.string() });

/** A scoped caller knows the own entities only; of the rest everybody knows all. */
const known = (kind: MasterKind) => (kind === 'entities' ? inScope('m.id', '$1') : '$1::int[] IS NULL');
const scopeOf = (kind: MasterKind, scope: Scope) => (kind === 'entities' ? scopeValue(scope) : null);

export const findNames = (kind: MasterKind, scope: Scope) =>
  readRows(
    {
      name: `${tables[kind].table}.all_names`,
      text: `SELECT m.id, m.name FROM ${tables[kind].table} m WHERE ${known(kind)} ORDER BY name_key(m.name)`,
      values: [scopeOf(kind, scope)],
    },
    named,
  );

/** By what people call them, without regard to case and blanks. */
export const findByNames = (kind: MasterKind, names: string[], scope: Scope) =>
  readRows(
    {
      name: `${tables[kind].table}.by_names`,
      text: `
        SELECT asked.name AS asked, m.id FROM unnest($2::text[]) AS asked (name)
        JOIN ${tables[kind].table} m ON name_key(m.name) = name_key(asked.name) WHERE ${known(kind)}`,
      values: [scopeOf(kind, scope), names],
    },
    z.object({ asked: z.string(), id: z.int() }),
  );
