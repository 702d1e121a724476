import { unavailable } from './errors.ts';

/** Waits for the work no longer than this. Work that takes longer goes on, and nothing hears of its result. */
export async function within<Result>(
  milliseconds: number,
  work: Promise<Result>,
  late: () => Error = unavailable,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
  });
  try {
    return await Promise.race([work, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
