import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** Guesses that take an attacker with the stored hashes years, at a few dozen a second for each core. */
const enoughGuesses = 1e10;
/** The estimate takes longer than the square of the length. What is strong in its first letters is strong. */
const readLetters = 32;
/** What people put beside a year; English in full would cost ten times the memory. */
const usual =
  'january february march april june july august september october november december monday tuesday wednesday thursday friday saturday ' +
  'sunday spring summer autumn winter monsoon diwali welcome admin budget finance account office india mumbai delhi bangalore chennai london';

let estimate: Promise<ZxcvbnFactory> | undefined;

/** Loaded with the first password that is chosen: most processes never need it. */
async function load() {
  const [{ ZxcvbnFactory: Factory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new Factory({
    dictionary: { ...dictionary, usual: usual.split(' ') },
    graphs: adjacencyGraphs,
    maxLength: readLetters,
  });
}

export async function isEasilyGuessed(password: string, knownWords: readonly string[]): Promise<boolean> {
  estimate ??= load();
  return (await estimate).check(password.slice(0, readLetters), [...knownWords]).guesses < enoughGuesses;
}
