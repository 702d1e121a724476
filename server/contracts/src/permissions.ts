/** Each role may do what those before it may. */
export const roles = ['Viewer', 'Editor', 'Approver', 'Admin'] as const;
export type Role = (typeof roles)[number];

export const describeRole: Record<Role, string> = {
  Viewer: 'Reads plans, actuals and reports',
  Editor: 'Also plans: edits services and budgets, adds remarks',
  Approver:
    'Also keeps master data, rates and allocation keys, retires services, changes months that are being closed, reads the audit log',
  Admin: 'Everything, users included',
};

type Rule = {
  /** As it reads after "may". */
  words: string;
  /** The first role that has it. */
  from: Role;
  /** About all entities together: a role gives it only to people who see them all. */
  ofTheWhole: boolean;
  /**
   * Whether an API key can be given it. No key has what would lead to more than the key has: other keys, and users, whose
   * temporary passwords would open sessions.
   */
  forKeys: boolean;
};

/** The whole permission model: an endpoint names one permission, and this table says what it is and who has it. */
const rules = {
  'budgets.view': { words: 'see budgets', from: 'Viewer', ofTheWhole: false, forKeys: true },
  'budgets.edit': { words: 'edit budgets', from: 'Editor', ofTheWhole: false, forKeys: true },
  'services.create': { words: 'add services', from: 'Editor', ofTheWhole: false, forKeys: true },
  'services.retire': { words: 'retire services', from: 'Approver', ofTheWhole: false, forKeys: true },
  'remarks.add': { words: 'add remarks', from: 'Editor', ofTheWhole: false, forKeys: true },
  'imports.load': { words: 'load workbooks', from: 'Editor', ofTheWhole: false, forKeys: true },
  'masters.view': { words: 'see master data', from: 'Viewer', ofTheWhole: false, forKeys: true },
  'masters.edit': { words: 'keep master data', from: 'Approver', ofTheWhole: true, forKeys: true },
  'rates.edit': { words: 'keep currency rates', from: 'Approver', ofTheWhole: true, forKeys: true },
  'keys.edit': { words: 'keep allocation keys', from: 'Approver', ofTheWhole: true, forKeys: true },
  'soft-months.edit': {
    words: 'change months that are being closed',
    from: 'Approver',
    ofTheWhole: false,
    forKeys: false,
  },
  'reports.view': { words: 'see reports', from: 'Viewer', ofTheWhole: false, forKeys: true },
  'audit.view': { words: 'read the audit log', from: 'Approver', ofTheWhole: false, forKeys: true },
  'users.view': { words: 'see users', from: 'Admin', ofTheWhole: true, forKeys: true },
  'users.edit': { words: 'keep users', from: 'Admin', ofTheWhole: true, forKeys: false },
  'security.view': { words: 'read the security log', from: 'Admin', ofTheWhole: true, forKeys: false },
  'jobs.view': { words: 'see jobs', from: 'Admin', ofTheWhole: true, forKeys: true },
  'jobs.edit': { words: 'retry and cancel jobs', from: 'Admin', ofTheWhole: true, forKeys: false },
  'webhooks.edit': { words: 'keep webhooks', from: 'Admin', ofTheWhole: true, forKeys: false },
  'operations.view': { words: 'see how the service runs', from: 'Admin', ofTheWhole: true, forKeys: false },
  'operations.run': {
    words: 'look into a process and hold parts out of use',
    from: 'Admin',
    ofTheWhole: true,
    forKeys: false,
  },
  'costs.view': { words: 'see what the installation costs', from: 'Admin', ofTheWhole: true, forKeys: true },
  'api-keys.own': { words: 'have own API keys', from: 'Viewer', ofTheWhole: false, forKeys: false },
} as const satisfies Record<string, Rule>;

export type Permission = keyof typeof rules;
export const permissions = Object.keys(rules) as Permission[];
const isPermission = (name: string): name is Permission => Object.hasOwn(rules, name);

/** An API key may name a permission that there is no longer. */
export const permissionWords = (name: string) => (isPermission(name) ? rules[name].words : name);
export const takesWholeScope = (name: string) => isPermission(name) && rules[name].ofTheWhole;

export type KeyPermission = {
  [Name in Permission]: (typeof rules)[Name]['forKeys'] extends true ? Name : never;
}[Permission];
export const keyPermissions = permissions.filter((name): name is KeyPermission => rules[name].forKeys);

const grantedTo = (role: Role) => permissions.filter((name) => roles.indexOf(rules[name].from) <= roles.indexOf(role));

export const granted: Record<Role, readonly Permission[]> = {
  Viewer: grantedTo('Viewer'),
  Editor: grantedTo('Editor'),
  Approver: grantedTo('Approver'),
  Admin: grantedTo('Admin'),
};
