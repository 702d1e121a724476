import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoint } from '@opex/contracts/endpoint';
import { roles, type Role } from '@opex/contracts/permissions';
import type { createService } from '../factories/index.ts';

/** Who may use an address, and what it must neither give nor change: written down a second time in `addresses/`, a file for each feature. */
export type Addresses = Record<string, Address>;
export type Address = {
  /** The first role that may use it: each role may do what the ones before it may. */
  least: Least;
  /** How an address that reads is asked about what belongs to another entity; without parameters nothing need be said. */
  read?: Question;
  /** What people of one entity must not change there. `own`: it cannot reach past the caller's own account. */
  write?: 'own' | ((given: Given) => Attempt[] | Promise<Attempt[]>);
};
export type Least = 'nobody' | Role;

export type Question = {
  query?: (foreign: Foreign) => string;
  /** What the address names. */
  id?: (foreign: Foreign) => number;
  /** What a reader of one entity is told: 404 where the address is of the other entity, 403 where it takes all of them. */
  status?: 403 | 404;
  /** The answer is of no entity, for any caller. */
  isOfNone?: true;
  /** Why the list is empty here even for an administrator; else an empty list would prove nothing. */
  isEmpty?: string;
};
/** Ids of what belongs to the other entity, or is used by it; its words and amounts hold `mark`. */
export type Foreign = { mark: string; service: number; entity: number; tower: number; vendor: number; import: number };
export const ofNone = { isOfNone: true } as const satisfies Question;
/** It takes a person who sees all entities. */
export const ofTheWhole = { status: 403, isOfNone: true } as const satisfies Question;

/** Whatever an attempt sends would be done for an administrator of the whole, so it is the scope alone that refuses. */
export type Attempt = {
  /** Fills the parameters of the path, in their order. */
  ids?: number[];
  query?: string;
  body?: object;
  /** What a scoped person is told; by default one of 403 and 404. A reference within the body is 422, like a missing one. */
  refused?: 422;
  /** An administrator who sees all entities is refused too, because it belongs to another user. */
  nobodyElse?: true;
  /** It answers what would be, and keeps nothing. */
  keepsNothing?: true;
};
/** The writers see the entity `mine`; `byWhole` asks as an administrator who sees all. */
export type Given = {
  mine: number;
  other: number;
  hidden: (overrides?: object) => ReturnType<typeof createService>;
  visible: () => ReturnType<typeof createService>;
  /** A quarter of it is the writers'. */
  shared: (overrides?: object) => ReturnType<typeof createService>;
  byWhole: (name: string, attempt: Attempt) => Promise<{ status: number; text: string }>;
};

const folder = join(import.meta.dirname, '../addresses');
const files = await Promise.all(
  readdirSync(folder).map((file) => import(join(folder, file)) as Promise<Record<string, Addresses>>),
);
export const addresses: Addresses = Object.assign({}, ...files.flatMap(Object.values));

export const nameOf = ({ method, path }: Pick<Endpoint, 'method' | 'path'>) => `${method.toUpperCase()} ${path}`;
export const everyone: Least[] = ['nobody', ...roles];
export function mayBe(name: string, who: Least) {
  const address = addresses[name];
  if (!address) throw new Error(`${name} has no entry in server/test/addresses/`);
  return everyone.indexOf(who) >= everyone.indexOf(address.least);
}
