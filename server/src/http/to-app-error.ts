import { core, z } from 'zod';
import { databaseProblem } from '../database/problems.ts';
import { AppError } from '../lib/errors.ts';

/** An error that is not known becomes a 500. Its own message goes to the log and not to the caller. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof core.$ZodError) return invalidInput(error);
  if (isHttpError(error)) return new AppError(error.status, readable[error.status] ?? 'The request could not be read');
  const known = databaseProblem(error);
  if (known) {
    const { status, message, retryAfterSeconds } = known;
    return new AppError(status, message, { cause: error, ...(retryAfterSeconds && { retryAfterSeconds }) });
  }
  return new AppError(500, 'Something went wrong on our side', { cause: error });
}

/** Words for the two mistakes of which zod would speak in types and `undefined`. */
z.config({
  customError: ({ code, input }) =>
    code === 'invalid_type' ? (input === undefined ? 'This is missing' : 'This is not of the right kind') : undefined,
});

const invalidInput = (error: core.$ZodError) =>
  new AppError(422, 'Some fields are not valid', {
    errors: error.issues.slice(0, 100).map((issue) => ({
      pointer: `/${[...issue.path, ...('keys' in issue && issue.path.length === 0 ? [String(issue.keys[0])] : [])].join('/')}`,
      code: issue.code,
      message: issue.message,
    })),
  });

const readable: Record<number, string> = {
  413: 'The request is too large',
  415: 'Send JSON in UTF-8',
};

/** Express and its body parsers set `status`. They also attach the raw body, which must not reach the log. */
const isHttpError = (error: unknown): error is { status: number } =>
  error instanceof Error &&
  'status' in error &&
  typeof error.status === 'number' &&
  error.status >= 400 &&
  error.status < 500;
