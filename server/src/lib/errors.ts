import { STATUS_CODES } from 'node:http';
import type { Problem } from '@opex/contracts/errors';
import type { Happened } from './security-log.ts';

type Details = {
  /** What programs tell it by, where the status does not say enough. */
  type?: string;
  errors?: Problem['errors'];
  currentVersion?: number | undefined;
  retryAfterSeconds?: number;
  allow?: string;
  /** What the security log calls it; without it a 403 is authz_fail and a 429 excess_rate_limit_exceeded. */
  security?: Happened;
  cause?: unknown;
};

/** An expected failure. Its message is written for the person using the app. */
export class AppError extends Error {
  override name = 'AppError';
  readonly status: number;
  readonly details: Details;

  constructor(status: number, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.status = status;
    this.details = details;
  }

  get title() {
    return STATUS_CODES[this.status] ?? 'Error';
  }
}

export const unauthenticated = (message = 'Please sign in') => new AppError(401, message);
export const forbidden = (message = 'You do not have permission to do this') => new AppError(403, message);
export const notFound = (what: string) => new AppError(404, `${what} was not found`);
export const conflict = (message: string) => new AppError(409, message);
export const stale = (what: string, currentVersion?: number) =>
  new AppError(412, `Someone else changed this ${what}; load it again and repeat your change`, { currentVersion });
export const unavailable = (cause?: unknown) =>
  new AppError(503, 'The service is briefly unavailable; try again in a moment', { retryAfterSeconds: 1, cause });

/** What an error says of itself. */
export function wordsOf(error: unknown): string {
  // What a failed connection to a name of several addresses throws: its own message is empty.
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** One field of the body, or one parameter of the query, breaks a rule. */
export const invalid = (pointer: string, message: string, code = 'rule') =>
  new AppError(422, 'Some fields are not valid', { errors: [{ pointer, code, message }] });
