import type { Problem } from '@opex/contracts/errors';
import type { AppError } from '../lib/errors.ts';

export const problemType = 'application/problem+json';

/** A refusal as its caller reads it (RFC 9457), on whatever road it was refused. */
export const problemDocument = (
  { status, title, message, details }: AppError,
  address: string,
  requestId: string,
): Problem => ({
  type: details.type ?? 'about:blank',
  title,
  status,
  detail: message,
  instance: address.split('?')[0] ?? '/',
  requestId,
  ...(details.errors && { errors: details.errors }),
});
