import { actionWords } from '../../domain/words/field-words.ts';

/** What the log speaks about. */
const subjects: Record<string, string> = {
  service: 'Services',
  vendor: 'Vendors',
  tower: 'Towers',
  'budget-head': 'Budget heads',
  entity: 'Entities',
  'po-entity': 'PO entities',
  'allocation-type': 'Allocation types',
  'allocation-key': 'Allocation keys',
  currency: 'Currencies',
  'currency-rate': 'Currency rates',
  'purchase-line': 'Purchase orders',
  'fiscal-year': 'Fiscal years',
  user: 'Users',
  'api-key': 'API keys',
};

export const subjectTypes = Object.keys(subjects);
export const subjectWord = (type: string) => subjects[type] ?? type;
/** "allocation-key" -> "allocation key" */
export const oneSubject = (type: string) => type.replaceAll('-', ' ').replace(/^po /, 'PO ').replace(/^api /, 'API ');

/** What can happen, as the server names it. */
export const actions = [
  'service.created',
  'service.updated',
  'service.restored',
  'service.retired',
  'service.reinstated',
  'service.remarked',
  'service.shares-changed',
  'master.created',
  'master.updated',
  'master.merged',
  'master.merge-undone',
  'master.deleted',
  'currency.created',
  'currency.updated',
  'currency-rate.created',
  'currency-rate.updated',
  'currency-rate.deleted',
  'allocation-key.created',
  'allocation-key.version-added',
  'allocation-key.updated',
  'purchase-line.updated',
  'allocation-key.version-changed',
  'allocation-key.version-removed',
  'fiscal-year.reported',
  'user.created',
  'user.updated',
  'user.password-reset',
  'user.password-changed',
  'session.started',
  'api-key.created',
  'api-key.revoked',
] as const;

/** "allocation-key.version-added" -> "Allocation key: version added" */
export function actionName(action: string): string {
  const [subject = ''] = action.split('.');
  const name = oneSubject(subject);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${actionWords(action)}`;
}
