import { userEndpoints } from '@opex/contracts/users';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as users from './users.service.ts';

export const usersRouter = Router();

serve(usersRouter, userEndpoints.list, ({ query }) => users.list(query));
serve(usersRouter, userEndpoints.roles, () => Promise.resolve({ data: users.describeRoles() }));
serve(usersRouter, userEndpoints.create, ({ caller, body }) => users.create(caller, body));
serve(usersRouter, userEndpoints.get, ({ params }) => users.get(params.id));
serve(usersRouter, userEndpoints.update, ({ caller, params, version, body }) =>
  users.update(caller, params.id, version, body),
);
serve(usersRouter, userEndpoints.resetPassword, ({ caller, params }) => users.resetPassword(caller, params.id));
