type Who = { name: string; email: string };
type Mail = { to: string; subject: string; text: string };

/** What people are told of their accounts by mail, so that a change that they did not make does not go unseen. */
const notice = (to: string, subject: string, lines: string[], place: string | undefined): Mail => ({
  to,
  subject,
  text: [...lines, ...(place ? ['', place] : [])].join('\n'),
});

export const passwordChanged = ({ name, email }: Who, by: string, place: string | undefined) =>
  notice(
    email,
    'Your password was changed',
    [
      `${name},`,
      '',
      by === name ? 'You changed the password of your account.' : `${by} gave your account another password.`,
      'All sessions of it were ended. If you did not expect this, tell an administrator at once.',
    ],
    place,
  );

export const newAdministrator = (to: string, { name, email }: Who, by: string, place: string | undefined) =>
  notice(
    to,
    `${name} is an administrator now`,
    [`${by} made ${name} (${email}) an administrator.`, 'If you did not expect this, look at Users and the audit log.'],
    place,
  );
