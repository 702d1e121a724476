import { unavailable } from './errors.ts';

/** What is not there in time is not waited for any longer; it may still happen. */
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
