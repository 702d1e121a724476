import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../errors.ts';

/** argon2id, 19 MiB, two passes: about 22 ms on a thread of its own. Two run at a time, so that sign-ins at nine leave room for requests. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const atOnce = 2;

/** Who is served first, and how many may wait: a hundred are about a second of work. */
const lines = {
  signIn: { mayWait: 100, waiting: [] as (() => void)[] },
  change: { mayWait: 20, waiting: [] as (() => void)[] },
};
export type Line = keyof typeof lines;

let running = 0;

async function inTurn<Result>(line: Line, work: () => Promise<Result>): Promise<Result> {
  const { waiting, mayWait } = lines[line];
  if (running < atOnce) running += 1;
  else if (waiting.length < mayWait) await new Promise<void>((resolve) => waiting.push(resolve));
  else throw new AppError(503, 'Too many people are signing in at this moment; try again', { retryAfterSeconds: 1 });
  try {
    return await work();
  } finally {
    const next = lines.signIn.waiting.shift() ?? lines.change.waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** Not to be called inside a transaction: its database connection would wait in line too. */
export const hashPassword = (password: string) => inTurn('change', () => hash(password, cost));

/** Takes as long for an account that does not exist, so that the time of an answer does not tell which accounts there are. */
const nobody = hash('nobody has this password', cost);

export const isPassword = (stored: string | undefined, password: string, line: Line) =>
  inTurn(line, async () => (await verify(stored ?? (await nobody), password)) && stored !== undefined);
