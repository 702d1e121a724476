import { quantile } from '../src/lib/numbers.ts';

/** Park and Miller: the same in every run, so that runs can be compared. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

export const median = (numbers: readonly number[]) => quantile(numbers, 0.5);
