import { hash, verify } from '@node-rs/argon2';

/** argon2id, 19 MiB, two passes: about 22 ms on a thread of its own. Two at a time, so that a rush at nine does not starve the rest. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const atOnce = 2;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

export const hashPassword = (password: string) => inTurn(() => hash(password, cost));

/** For accounts that do not exist: takes as long as for one that does. */
const nobody = hash('nobody has this password', cost);

export const isPassword = (stored: string | undefined, password: string) =>
  inTurn(async () => (await verify(stored ?? (await nobody), password)) && stored !== undefined);
