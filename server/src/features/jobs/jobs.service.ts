import type { JobKind } from '@opex/contracts/jobs';
import type { z } from 'zod';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import type { Actor, Recorded } from '../audit/audit.service.ts';
import type { Way } from '../audit/change.service.ts';
import * as repository from './jobs.repository.ts';

/** What the work of a job is given beside its payload. */
export type Run = {
  /** Who asked for the job. */
  actor: Actor;
  /** Aborted when the job is cancelled, takes too long, or its process stops. */
  signal: AbortSignal;
  progress: (done: number, total: number) => Promise<void>;
  /**
   * Keeps what the job writes together with the mark that it is done: once, however often it is begun. It is the last
   * thing the work does. Work that writes nothing here may happen again, so it is such that a second time does no harm.
   */
  keep: (way: Way, write: (tx: Transaction) => Promise<Recorded | Recorded[]>) => Promise<void>;
};

export type Kind<Payload = unknown, Name extends string = string> = {
  name: Name;
  payload: z.ZodType<Payload>;
  work(this: void, payload: Payload, run: Run): Promise<unknown>;
  /** How often it may fail. */
  tries?: number;
  withinMs?: number;
};

export const jobKind = <Payload, Name extends string = JobKind>(kind: Kind<Payload, Name>) => kind;

type When = { dueAt?: Date };

/** Adds a job in the transaction that needs it: it will be done if that is kept, and never else. */
export const add = <Payload>(
  kind: Kind<Payload>,
  payload: Payload,
  { id }: Actor,
  tx: Transaction,
  { dueAt }: When = {},
) => repository.insert([{ kind: kind.name, payload, dueAt, createdBy: id }], tx);

export const clean = () => inTransaction([], repository.removeOld);
