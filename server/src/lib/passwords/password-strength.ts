import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** An attacker who has the stored hashes makes a few dozen guesses a second and core. So many guesses take years. */
const enoughGuesses = 1e10;
/** The time of the estimate grows faster than the square of the length. A password with a strong beginning is strong. */
const readLetters = 32;
/** The words that people put beside a year. A full list of English words would cost ten times the memory. */
const usual =
  'january february march april june july august september october november december monday tuesday wednesday thursday friday saturday ' +
  'sunday spring summer autumn winter monsoon diwali welcome admin budget finance account office india mumbai delhi bangalore chennai london';

/** Strong by what they are made of, and among the first that anybody tries. */
const famous = [
  'correct horse battery staple',
  'correcthorsebatterystaple',
  'the quick brown fox',
  'to be or not to be',
  'let me in please',
  'open sesame',
  'may the force be with you',
  'winter is coming',
];

let estimate: Promise<ZxcvbnFactory> | undefined;

/** Loaded with the first password that is chosen: most processes never need it. */
async function load() {
  const [{ ZxcvbnFactory: Factory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new Factory({
    dictionary: { ...dictionary, usual: [...famous, ...usual.split(' ')] },
    graphs: adjacencyGraphs,
    maxLength: readLetters,
  });
}

export async function isEasilyGuessed(password: string, knownWords: readonly string[]): Promise<boolean> {
  estimate ??= load();
  return (await estimate).check(password.slice(0, readLetters), [...knownWords]).guesses < enoughGuesses;
}
