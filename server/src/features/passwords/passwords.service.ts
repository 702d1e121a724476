import { randomBytes } from 'node:crypto';
import { config } from '../../config.ts';
import { AppError } from '../../lib/errors.ts';
import { networkOf } from '../../lib/networks.ts';
import { hashPassword, isPassword, type Line } from '../../lib/passwords/passwords.ts';
import { isEasilyGuessed } from '../../lib/passwords/password-strength.ts';
import { dayMs, hourMs } from '../../lib/time.ts';
import type { Transaction } from '../../database/transaction.ts';
import * as repository from './passwords.repository.ts';
import {
  browserOf,
  contains,
  counterOf,
  ownWords,
  type Patience,
  type Tried,
  waitsOf,
  whoTried,
  withOnePlace,
  withStrangers,
} from './passwords.rules.ts';

/** Long enough for a weekend between handing it over and the first sign-in. */
const temporaryHours = 72;
/** Networks and browsers that are remembered of one account. */
const mostPlaces = 100;

/** The network and the browser that a password comes from. */
export type Origin = { address: string; device: string };

/**
 * Whether this is the password. A browser that the owner has signed in with has attempts of its own. All others are counted for the
 * account and network, and for the account over all networks that its owner never signed in from; without an account the same
 * happens to the name.
 */
export async function isRight(tried: Tried, hash: string | undefined, password: string, origin: Origin, line: Line) {
  const { network, browser } = placesOf(origin);
  // A name without an account is looked up too, so that both take as long.
  const known = await repository.knownOf('id' in tried ? tried.id : 0, [network, browser]);
  const place = known.includes(browser) ? browser : network;
  await attempt(tried, counterOf(tried, place), withOnePlace);
  if (!known.includes(place)) await attempt(tried, counterOf(tried), withStrangers);
  return isPassword(hash, password, line);
}

const placesOf = ({ address, device }: Origin) => ({ network: networkOf(address), browser: browserOf(device) });

async function attempt(tried: Tried, counter: Uint8Array<ArrayBuffer>, patience: Patience) {
  const now = new Date();
  if (await repository.countAttempt(counter, waitsOf(patience), now)) return;
  const blockedUntil = (await repository.findAttempts(counter))?.blockedUntil ?? now;
  throw new AppError(429, 'Too many attempts; wait a little before the next one', {
    security: { event: 'authn_login_lock', ...whoTried(tried) },
    retryAfterSeconds: Math.max(1, Math.ceil((blockedUntil.getTime() - now.getTime()) / 1000)),
  });
}

/** The owner was here: earlier mistakes are forgotten, and this network and this browser are two of theirs. */
export async function welcome(userId: number, origin: Origin, tx: Transaction) {
  const places = Object.values(placesOf(origin));
  await repository.forgetAttempts(
    places.map((place) => counterOf({ id: userId }, place)),
    tx,
  );
  for (const place of places) await repository.rememberPlace(userId, place, new Date(), tx);
}

/** For a new password: who was here with the old one is a stranger. */
export const forgetPlaces = repository.forgetPlacesOf;

/** Ends the waits of an account: those of all networks together, of the places its owner is known from, and of these addresses. */
export async function forgetAttempts(userId: number, addresses: string[], tx: Transaction) {
  const places = [...(await repository.findPlaces(userId, tx)), ...addresses.map(networkOf)];
  await repository.forgetAttempts(
    [undefined, ...places].map((place) => counterOf({ id: userId }, place)),
    tx,
  );
}

export { type Tried, whoTried } from './passwords.rules.ts';
export const hashOf = repository.findHash;
export const isStill = repository.isStill;
export const set = repository.set;

/** Why a password would be guessed, in words that say what to do; undefined when it would not. */
export async function weakness(password: string, { name, email }: { name: string; email: string }) {
  const words = ownWords(name, email, config.PUBLIC_URL ?? '');
  if (contains(password, words)) return 'Leave out your name, your e-mail address and the company';
  if (await isEasilyGuessed(password, words))
    return 'This would be guessed soon; use four or five words that have nothing to do with each other';
  return undefined;
}

/** A password that an administrator hands over; it works until its owner has changed it. */
export async function makeTemporary() {
  const password = randomBytes(12).toString('base64url');
  const expiresAt = new Date(Date.now() + temporaryHours * hourMs);
  return { password, hash: await hashPassword(password), expiresAt };
}

export async function clean(tx: Transaction) {
  await repository.forgetAttemptsBefore(new Date(Date.now() - dayMs), tx);
  await repository.forgetPlaces(new Date(Date.now() - 90 * dayMs), mostPlaces, tx);
}
