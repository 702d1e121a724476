import { seen } from './seen.ts';

/** The part of k6 that the suites use: whatever a check says is kept, and nobody thinks. */
export function check<Value>(value: Value, checks: Record<string, (value: Value) => boolean>): boolean {
  const failed = Object.entries(checks).flatMap(([name, holds]) => (holds(value) ? [] : [name]));
  seen.checks += Object.keys(checks).length;
  seen.failedChecks.push(...failed);
  return failed.length === 0;
}

export function fail(reason: string): never {
  throw new Error(reason);
}

export const sleep = () => undefined;
