import { AppError } from '../../lib/errors.ts';
import { change } from '../audit/change.service.ts';
import * as passwords from '../passwords/passwords.service.ts';
import * as sessions from '../sessions/sessions.service.ts';
import * as repository from './users.repository.ts';
import * as users from './users.service.ts';

/** Who acts by the command `admin`: somebody with access to the machine, whom the product cannot name. */
const operator = { id: null, name: 'Operator (command line)' };
const way = { tags: ['access' as const] };

async function userOf(email: string) {
  const user = await repository.findByEmail(email);
  if (!user) throw new AppError(404, `There is no user with the e-mail address ${email}`);
  return user;
}

export async function resetPassword(email: string): Promise<string> {
  const { temporaryPassword, temporaryPasswordExpiresAt } = await users.resetPassword(
    operator,
    (await userOf(email)).id,
  );
  return `The temporary password of ${email} is ${temporaryPassword} until ${temporaryPasswordExpiresAt} (shown only now)`;
}

/** Wrong passwords are counted for the account and for each network; those of networks that nobody names here end by themselves. */
export async function unlock(email: string, addresses: string[]): Promise<string> {
  const user = await userOf(email);
  await change(operator, way, async (tx) => {
    await passwords.forgetAttempts(user.id, addresses, tx);
    return { answer: undefined, entries: { action: 'user.unlocked', subject: users.subjectOf(user) } };
  });
  return `${email} may try to sign in again at once`;
}

export async function endSessions(email: string): Promise<string> {
  const user = await userOf(email);
  const { count } = await change(operator, way, async (tx) => ({
    answer: await sessions.endAllOf(user.id, tx),
    entries: { action: 'user.sessions-ended', subject: users.subjectOf(user) },
  }));
  sessions.noteEnded(user, 'ended by an operator');
  return `${count} sessions of ${email} have ended`;
}
