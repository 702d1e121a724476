import { actions, isSubject, subjects, type Action } from '@opex/contracts/changes';

/** The log may hold actions of an older or a newer version. Those without words here keep the name they have in the log. */
const asNamed = (name: string) => name.replaceAll(/[-.]/g, ' ');

const isAction = (name: string): name is Action => Object.hasOwn(actions, name);

/** "service.updated" -> "changed" */
export const actionWords = (action: string) => (isAction(action) ? actions[action] : asNamed(action));
/** "allocation-key" -> "allocation key" */
export const oneSubject = (type: string) => (isSubject(type) ? subjects[type].one : asNamed(type));
export const manySubjects = (type: string) => (isSubject(type) ? subjects[type].many : asNamed(type));

/** "allocation-key.version-added" -> "Allocation key: added a version of" */
export function actionName(action: string): string {
  const [subject = ''] = action.split('.');
  const name = oneSubject(subject);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${actionWords(action)}`;
}
