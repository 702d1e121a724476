import type { Permission } from '@opex/contracts/permissions';

const words: Record<Permission, string> = {
  'budgets.view': 'see budgets',
  'budgets.edit': 'edit budgets',
  'services.create': 'add services',
  'services.retire': 'retire services',
  'remarks.add': 'add remarks',
  'masters.view': 'see master data',
  'masters.edit': 'keep master data',
  'rates.edit': 'keep currency rates',
  'keys.edit': 'keep allocation keys',
  'soft-months.edit': 'change months that are being closed',
  'reports.view': 'see reports',
  'audit.view': 'read the audit log',
  'users.view': 'see users',
  'users.edit': 'keep users',
  'security.view': 'read the security log',
  'api-keys.own': 'have own API keys',
};

const isKnown = (permission: string): permission is Permission => Object.hasOwn(words, permission);
export const permissionWords = (permission: string) => (isKnown(permission) ? words[permission] : permission);
