import { permissions } from '@opex/contracts/permissions';
import { z } from 'zod';
import type { Caller } from '../../lib/caller.ts';
import { forbidden } from '../../lib/errors.ts';
import { jobKind, type Run } from '../jobs/jobs.service.ts';
import * as sessions from '../sessions/sessions.service.ts';
import { checkImport } from './check-import.service.ts';
import { writeImport } from './write-import.service.ts';

/** What the person could do when asking: a key that was used then is not known any more. */
const may = z.array(z.enum(permissions));

/** Who asked, as far as both then and now they may. */
async function callerOf({ actor }: Run, then: z.infer<typeof may>): Promise<Caller> {
  const caller = actor.id === null ? undefined : await sessions.callerOfUser(actor.id);
  if (!caller?.permissions.has('imports.load')) throw forbidden('You may not load workbooks any more');
  return { ...caller, permissions: new Set(then.filter((permission) => caller.permissions.has(permission))) };
}

export const checkingImport = jobKind({
  name: 'import-check',
  payload: z.object({ importId: z.int(), may }),
  // A file takes memory and a thread of its own.
  atOnce: 1,
  withinMs: 180_000,
  async work({ importId, may }, run) {
    await checkImport(await callerOf(run, may), importId, run);
  },
});

export const writingImport = jobKind({
  name: 'import-write',
  payload: z.object({
    importId: z.int(),
    may,
    does: z.enum(['apply', 'undo', 'redo']),
    reason: z.string(),
    conflicts: z.enum(['keep', 'overwrite']).optional(),
    requestId: z.string(),
  }),
  atOnce: 1,
  withinMs: 320_000,
  async work({ may, ...task }, run) {
    await writeImport(await callerOf(run, may), task, run);
  },
});
