import { importEndpoints } from '@opex/contracts/imports';
import { type Request, Router } from 'express';
import { sendTable } from '../../http/send-table.ts';
import { serve } from '../../http/serve.ts';
import { AppError } from '../../lib/errors.ts';
import * as imports from './imports.service.ts';

export const importsRouter = Router();

serve(importsRouter, importEndpoints.upload, ({ caller, query, idempotency }, req) =>
  imports.receive(caller, query.name, bytesOf(req), req.get('content-length'), idempotency),
);
serve(importsRouter, importEndpoints.list, ({ caller, query }) => imports.list(caller, query));
serve(importsRouter, importEndpoints.get, ({ caller, params }) => imports.get(caller, params.id));
serve(importsRouter, importEndpoints.choose, ({ caller, params, version, body }) =>
  imports.choose(caller, { id: params.id, version }, body),
);
serve(importsRouter, importEndpoints.rows, ({ caller, params, query }) => imports.rows(caller, params.id, query));
serve(importsRouter, importEndpoints.rejected, async ({ caller, params }, _req, res) => {
  const { name, table } = await imports.rejected(caller, params.id);
  await sendTable(res, 'xlsx', table, name);
});
serve(importsRouter, importEndpoints.apply, ({ caller, params, version, body }) =>
  imports.apply(caller, { id: params.id, version }, body),
);
serve(importsRouter, importEndpoints.cancel, ({ caller, params, version }) =>
  imports.cancel(caller, { id: params.id, version }),
);
serve(importsRouter, importEndpoints.conflicts, ({ caller, params }) => imports.conflicts(caller, params.id));
serve(importsRouter, importEndpoints.undo, ({ caller, params, version, body }) =>
  imports.undo(caller, { id: params.id, version }, body),
);
serve(importsRouter, importEndpoints.redo, ({ caller, params, version, body }) =>
  imports.redo(caller, { id: params.id, version }, body),
);

/** Left open when it is refused midway, so that the sender hears why. */
async function* bytesOf(req: Request): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new AppError(400, 'The file did not arrive whole', { cause: error });
  }
}
