import type { Endpoint } from '@opex/contracts/endpoint';
import { masterKinds } from '@opex/contracts/masters';
import { roles, type Role } from '@opex/contracts/permissions';

export type Least = 'nobody' | Role;

/** Who may use what, written down a second time: each role may do what the ones before it may. */
export const leastRole: Record<string, Least> = {
  'POST /auth/sign-in': 'nobody',
  'POST /auth/sign-out': 'Viewer',
  'GET /auth/me': 'Viewer',
  'POST /auth/password': 'Viewer',
  'GET /auth/sessions': 'Viewer',
  'DELETE /auth/sessions/:id': 'Viewer',
  'DELETE /auth/sessions': 'Viewer',
  'GET /roles': 'Viewer',
  'GET /users': 'Admin',
  'POST /users': 'Admin',
  'GET /users/:id': 'Admin',
  'PATCH /users/:id': 'Admin',
  'POST /users/:id/password': 'Admin',
  'GET /api-keys': 'Viewer',
  'POST /api-keys': 'Viewer',
  'DELETE /api-keys/:id': 'Viewer',
  'GET /api-keys/everybody': 'Admin',
  'DELETE /api-keys/everybody/:id': 'Admin',
  'GET /budgets': 'Viewer',
  'GET /budgets/:id': 'Viewer',
  'PATCH /budgets': 'Editor',
  'PATCH /budgets/:id': 'Editor',
  'POST /services': 'Editor',
  'GET /services/:id': 'Viewer',
  'POST /services/:id/retire': 'Approver',
  'POST /services/:id/reinstate': 'Approver',
  'GET /services/:id/months': 'Viewer',
  'GET /services/:id/entities': 'Viewer',
  'GET /services/:id/remarks': 'Viewer',
  'POST /services/:id/remarks': 'Editor',
  'GET /services/:id/history': 'Viewer',
  'POST /services/:id/history/:entryId/restore': 'Editor',
  'GET /reports/dashboard': 'Viewer',
  'GET /search': 'Viewer',
  'GET /fiscal-years': 'Viewer',
  'GET /currencies': 'Viewer',
  'POST /currencies': 'Approver',
  'PATCH /currencies/:id': 'Approver',
  'GET /currency-rates': 'Viewer',
  'GET /currency-rates/lookup': 'Viewer',
  'POST /currency-rates': 'Approver',
  'PATCH /currency-rates/:id': 'Approver',
  'DELETE /currency-rates/:id': 'Approver',
  'GET /allocation-keys': 'Viewer',
  'POST /allocation-keys': 'Approver',
  'POST /allocation-keys/:id/preview': 'Approver',
  'POST /allocation-keys/:id/versions': 'Approver',
  'GET /master-merges': 'Approver',
  'POST /master-merges/:id/undo': 'Approver',
  'GET /security-events': 'Admin',
  'PATCH /allocation-keys/:id/versions/:versionId': 'Approver',
  'POST /allocation-keys/:id/versions/:versionId/remove': 'Approver',
  'GET /audit': 'Approver',
  'GET /audit/verify': 'Approver',
  'GET /events': 'Viewer',
  ...Object.fromEntries(
    masterKinds.flatMap((kind): [string, Least][] => [
      [`GET /${kind}`, 'Viewer'],
      [`POST /${kind}`, 'Approver'],
      [`GET /${kind}/:id`, 'Viewer'],
      [`PATCH /${kind}/:id`, 'Approver'],
      [`POST /${kind}/:id/merge`, 'Approver'],
      [`DELETE /${kind}/:id`, 'Approver'],
    ]),
  ),
};

export const nameOf = ({ method, path }: Pick<Endpoint, 'method' | 'path'>) => `${method.toUpperCase()} ${path}`;
export const everyone: Least[] = ['nobody', ...roles];
export const mayBe = (least: Least, who: Least) => everyone.indexOf(who) >= everyone.indexOf(least);
