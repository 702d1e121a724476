import { createHash } from 'node:crypto';

/** How often a password may be tried before the wait begins, and how long that gets. */
export type Patience = { freeAttempts: number; longestWaitSeconds: number };

/** Of one network, or of one browser that the owner has used. */
export const withOnePlace: Patience = { freeAttempts: 5, longestWaitSeconds: 15 * 60 };
/** The same for all networks together from which the account's owner has never signed in. */
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

/** Whose password is tried: an account, or a name that no account has, in the form by which the database looks for it. */
export type Tried = { id: number; email: string } | { nameKey: string };

/** The name under which a browser is kept: a hash, so that the table does not hold the cookie. */
export const browserOf = (device: string) => `device:${createHash('sha256').update(device).digest('base64url')}`;

/** One counter for each account and place; without a place, for the account. */
export const counterOf = (tried: { id: number } | { nameKey: string }, place = '') =>
  Uint8Array.from(
    createHash('sha256')
      .update(JSON.stringify(['id' in tried ? tried.id : tried.nameKey, place]))
      .digest(),
  );

/** For the log. Text that does not look like an address is left out: it may be a password in the wrong field. */
export function whoTried(tried: Tried): { userId: number | null; subject: string } {
  if ('id' in tried) return { userId: tried.id, subject: tried.email };
  return { userId: null, subject: /^[^@\s]+@[^@\s]+$/.test(tried.nameKey) ? tried.nameKey : '(not an e-mail address)' };
}

const plain = (text: string) => text.normalize('NFKC').toLowerCase();
const wordsIn = (text: string) => plain(text).split(/[^\p{L}\p{N}]+/u);
/** Parts of e-mail addresses that tell nothing of a person. */
const everybodys = new Set(
  'www com org net mail localhost http https admin administrator user users test finance accounts office info'.split(
    ' ',
  ),
);

/** What an attacker who knows the account would try first: name, e-mail address, company. */
export const ownWords = (name: string, email: string, publicUrl: string) =>
  [
    ...new Set(
      [name, email, email.split('@')[0] ?? '', publicUrl, 'opex manager'].flatMap((text) => [
        plain(text),
        ...wordsIn(text),
      ]),
    ),
  ].filter((word) => word.length >= 3 && !everybodys.has(word));

/** Short words do not count: a name of three letters is a part of too many good passwords. */
export const contains = (password: string, words: readonly string[]) =>
  words.some((word) => word.length >= 4 && word !== 'manager' && plain(password).includes(word));
