import { createHash } from 'node:crypto';

/** How often a password may be tried before the wait begins, and how long that gets. */
export type Patience = { freeAttempts: number; longestWaitSeconds: number };

export const withOneNetwork: Patience = { freeAttempts: 5, longestWaitSeconds: 15 * 60 };
/** All networks together that the account's owner has not signed in from: a thousand of them get no more than this. */
export const withStrangers: Patience = { freeAttempts: 20, longestWaitSeconds: 5 * 60 };

/** The last free attempt begins the wait, which then doubles. */
export const waitSeconds = (attempts: number, { freeAttempts, longestWaitSeconds }: Patience) =>
  attempts < freeAttempts ? 0 : Math.min(longestWaitSeconds, 2 ** Math.min(attempts - freeAttempts + 1, 20));

/** The wait after the first attempt, the second, ... and, as its last one, after every further one. */
export function waitsOf(patience: Patience): number[] {
  const waits: number[] = [];
  while (waits.at(-1) !== patience.longestWaitSeconds) waits.push(waitSeconds(waits.length + 1, patience));
  return waits;
}

/** Whose password is tried: an account, or a name that nobody has, in the form in which the database would have found it. */
export type Tried = { id: number; email: string } | { nameKey: string };

/** One counter for each account and network; without a network, for the account. */
export const counterOf = (tried: { id: number } | { nameKey: string }, network = '') =>
  Uint8Array.from(
    createHash('sha256')
      .update(JSON.stringify(['id' in tried ? tried.id : tried.nameKey, network]))
      .digest(),
  );

/** For the log; what does not look like an address may be a password in the wrong field. */
export function whoTried(tried: Tried): { userId: number | null; subject: string } {
  if ('id' in tried) return { userId: tried.id, subject: tried.email };
  return { userId: null, subject: /^[^@\s]+@[^@\s]+$/.test(tried.nameKey) ? tried.nameKey : '(not an e-mail address)' };
}

const common = new Set(
  (
    'password1234 passwordpassword password12345 password123456 123456789012 1234567890123 12345678901234 123456123456 qwertyuiop123 qwertyuiop12 ' +
    'qwerty123456 qwertyqwerty 1q2w3e4r5t6y 1qaz2wsx3edc zaq12wsxcde3 abcdefghijkl abcd12345678 abc123456789 iloveyou1234 letmeinletmein ' +
    'welcome12345 welcome123456 changeme1234 changemechangeme administrator admin1234567 adminadminadmin trustno1trustno1 ' +
    'monkeymonkey dragondragon footballfootball baseballbaseball superman1234 princess1234 sunshine1234 michael12345 ' +
    'q1w2e3r4t5y6 asdfghjkl123 zxcvbnm12345 aa1234567890 111111111111 000000000000 111222333444 987654321098 password!234 p@ssw0rd1234 p@ssword1234'
  ).split(' '),
);

/** Why a password would be guessed at once; undefined when it would not. */
export function weakness(password: string, email: string): string | undefined {
  const plain = password.toLowerCase();
  if (common.has(plain) || /^(.{1,4})\1+$/.test(plain)) return 'This password is one of the first that anybody tries';
  const name = email.split('@')[0]?.toLowerCase() ?? '';
  if (name.length >= 4 && plain.includes(name)) return 'The password contains your e-mail name';
  return undefined;
}
