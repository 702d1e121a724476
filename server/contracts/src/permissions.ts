/** The whole permission model: a route names one permission, a role is a list of them. */
export const permissions = [
  'budgets.view',
  'budgets.edit',
  'services.create',
  'services.retire',
  'remarks.add',
  'masters.view',
  'masters.edit',
  'rates.edit',
  'keys.edit',
  'soft-months.edit',
  'reports.view',
  'audit.view',
  'users.view',
  'users.edit',
  'security.view',
  'api-keys.own',
] as const;
export type Permission = (typeof permissions)[number];

/** What belongs to all entities together, so a role gives it only to people who see them all. */
const ofTheWhole: readonly Permission[] = [
  'masters.edit',
  'rates.edit',
  'keys.edit',
  'users.view',
  'users.edit',
  'security.view',
];
export const takesWholeScope = (permission: string) => (ofTheWhole as readonly string[]).includes(permission);
/**
 * What an API key can be given. Not here is what leads to more than the key has: other keys, and users, whose temporary
 * passwords would open sessions. A permission that is new is not here until somebody puts it here.
 */
export const keyPermissions = [
  'budgets.view',
  'budgets.edit',
  'services.create',
  'services.retire',
  'remarks.add',
  'masters.view',
  'masters.edit',
  'rates.edit',
  'keys.edit',
  'reports.view',
  'audit.view',
  'users.view',
] as const satisfies readonly Permission[];
export type KeyPermission = (typeof keyPermissions)[number];

export const roles = ['Viewer', 'Editor', 'Approver', 'Admin'] as const;
export type Role = (typeof roles)[number];

const view: readonly Permission[] = ['budgets.view', 'masters.view', 'reports.view', 'api-keys.own'];
const edit: readonly Permission[] = [...view, 'budgets.edit', 'services.create', 'remarks.add'];
const approve: readonly Permission[] = [
  ...edit,
  'services.retire',
  'masters.edit',
  'rates.edit',
  'keys.edit',
  'soft-months.edit',
  'audit.view',
];

export const granted: Record<Role, readonly Permission[]> = {
  Viewer: view,
  Editor: edit,
  Approver: approve,
  Admin: permissions,
};

export const describeRole: Record<Role, string> = {
  Viewer: 'Reads plans, actuals and reports',
  Editor: 'Also plans: edits services and budgets, adds remarks',
  Approver:
    'Also keeps master data, rates and allocation keys, retires services, changes months that are being closed, reads the audit log',
  Admin: 'Everything, users included',
};
