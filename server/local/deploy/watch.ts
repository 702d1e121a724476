import { setTimeout as sleep } from 'node:timers/promises';
import { say } from '../command.ts';
import { type Answers, faultOf, limits, p95, together } from './judge.rules.ts';

export const lookSeconds = 10;

/** Looks at the new servers beside the stable ones. Once may be chance: what is wrong twice in a row ends it, and is told. */
export async function watch(seconds: number, look: () => Promise<{ next: Answers; stable: Answers }>) {
  const seen: Answers[] = [];
  let earlier: string | undefined;
  say(
    '| s | stable: requests | 5xx | p95 (ms) | new: requests | 5xx | p95 (ms) |\n| --- | --- | --- | --- | --- | --- | --- |',
  );
  await look(); // what was before does not count
  for (let passed = lookSeconds; passed <= seconds; passed += lookSeconds) {
    await sleep(lookSeconds * 1000);
    const { next, stable } = await look();
    seen.push(next);
    say(`| ${passed} | ${wordsOf(stable)} | ${wordsOf(next)} |`);
    const fault = faultOf(next, stable);
    if (fault && earlier) return fault;
    earlier = fault;
  }
  const { requests } = together(seen);
  return requests < limits.requests ? `only ${requests} requests came: too few to judge` : undefined;
}

const wordsOf = (answers: Answers) => `${answers.requests} | ${answers.errors} | ${Math.round(p95(answers))}`;
