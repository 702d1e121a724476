/** What PostgreSQL, pg and Prisma say, in the words and status of the API. */

import { AppError } from '../lib/errors.ts';

type KnownProblem = { status: number; message: string; retryAfterSeconds?: number };

const busy: KnownProblem = {
  status: 503,
  message: 'The service is briefly unavailable; try again in a moment',
  retryAfterSeconds: 1,
};
const duplicate: KnownProblem = { status: 409, message: 'This already exists' };
const missing: KnownProblem = { status: 422, message: 'This refers to something that does not exist' };
const outOfRange: KnownProblem = { status: 422, message: 'A number is too large' };
const broken: KnownProblem = { status: 422, message: 'This is against a rule of the data' };
const noSuchDay: KnownProblem = { status: 422, message: 'A date does not exist' };
const unreadable: KnownProblem = { status: 422, message: 'A text contains a character that cannot be stored' };
const overdue: KnownProblem = {
  status: 504,
  message: 'The database did not answer in time; try again in a moment',
  retryAfterSeconds: 2,
};
/** Reads go on. */
const diskFull: KnownProblem = {
  status: 503,
  message: 'The disk of the database is full, so nothing was saved; whoever runs this installation has to make room',
  retryAfterSeconds: 30,
};
const tooSlow: KnownProblem = {
  status: 504,
  message: 'This took too long; ask for less at once',
  retryAfterSeconds: 5,
};

const bySqlState: Record<string, KnownProblem> = {
  '23505': duplicate,
  '23503': missing,
  '23001': { status: 409, message: 'This is in use' },
  '23514': broken,
  '22003': outOfRange,
  '22007': noSuchDay,
  '22008': noSuchDay,
  '22021': unreadable,
  '22P05': unreadable,
  '57014': tooSlow,
  '28P01': busy, // between the change of a password and its arrival here
  '25006': busy,
  '55P03': busy,
  '40001': busy,
  '40P01': busy,
  '53100': diskFull,
  '53300': busy,
  '57P01': busy,
  '57P02': busy,
  '57P03': busy,
  '08006': busy,
  OP002: { status: 409, message: 'This plan is not a draft any more; its budget cannot be changed' },
  OP003: { status: 422, message: 'A service cannot be its own parent, directly or through others' },
  OP004: { status: 422, message: 'The splits are more than the order line' },
  OP005: { status: 409, message: 'The audit log cannot be changed' },
};

/** What a closed month keeps, by the rule of the database that kept it. */
const keptByRule: Record<string, string | undefined> = {
  actuals_period_open: 'the actuals of a closed month cannot change',
  plan_lines_period_open: 'the budget of a closed month cannot change',
  plan_versions_period_open: 'another plan may differ in open months only',
  allocation_keys_period_open: 'the values by which a closed month is shared cannot change',
  currency_rates_period_open: 'the rate by which a closed month is converted cannot change',
  periods_closed_stay: 'a closed month stays where it is',
};
const refusedMonths = /closed by (\w+): ([^\n]+)/;

function closedMonths(error: unknown): KnownProblem {
  const message = driverCause(error)?.originalMessage ?? (error instanceof Error ? error.message : '');
  const [, rule, months] = refusedMonths.exec(message) ?? [];
  return { status: 409, message: closedWords(months?.split(', ') ?? ['This month'], rule ?? '') };
}

export function closedWords(months: string[], rule: string): string {
  const which = months.length > 3 ? `${months[0]} and ${months.length - 1} more months` : months.join(', ');
  return `${which} ${months.length === 1 ? 'is' : 'are'} closed; ${keptByRule[rule] ?? 'what it says cannot change'}`;
}

const byPrismaCode: Record<string, KnownProblem> = {
  P1001: busy,
  P1002: busy,
  P1008: busy,
  P1017: busy,
  P2002: duplicate,
  P2003: missing,
  P2020: outOfRange,
  P2024: busy,
  P2025: { status: 404, message: 'This was not found' },
  P2028: busy,
  P2034: busy,
};

/** A bare "Connection terminated" is one that this side has ended. */
const notAnswered =
  /^Query read timeout$|^Connection terminated$|timeout exceeded when trying to connect|connection timeout|timeout expired/;
const connectionLost =
  /timeout exceeded when trying to connect|timeout expired|Connection terminated|Client was closed|ECONNREFUSED|ECONNRESET|EPIPE|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|Client has encountered a connection error|the database system is/i;

export function databaseProblem(error: unknown): KnownProblem | undefined {
  const state = sqlState(error);
  if (state === 'OP001') return closedMonths(error);
  if (state && bySqlState[state]) return bySqlState[state];
  const code = codeOf(error);
  if (code && byPrismaCode[code]) return byPrismaCode[code];
  if (isConnectionLoss(error)) return busy;
  return isOverdue(error) ? overdue : undefined;
}

/** This side gave up waiting for the answer. */
export const isOverdue = (error: unknown): boolean => error instanceof Error && notAnswered.test(error.message);

/** A commit was sent and not answered, so it may have happened. */
export const isOutcomeUnknown = (error: unknown): boolean =>
  isConnectionLoss(error) || isOverdue(error) || (sqlState(error) ?? '').startsWith('57P0');

export const isConnectionLoss = (error: unknown): boolean =>
  error instanceof Error &&
  (connectionLost.test(error.message) || (error instanceof AggregateError && error.errors.some(isConnectionLoss)));

const goingAway = new Set(['57P01', '57P02', '57P03', '53300']);

/** There is no server to be had, whatever it is asked: it is away, on its way, full, or hangs. */
export const isUnreachable = (error: unknown): boolean =>
  isConnectionLoss(error) || goingAway.has(sqlState(error) ?? '') || noWay.has(codeOf(error) ?? '') || isOverdue(error);
const noWay = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

/** Two writers met; doing it again is safe because nothing of the first attempt was kept. */
export const isWriteConflict = (error: unknown) =>
  ['40001', '40P01'].includes(sqlState(error) ?? '') ||
  codeOf(error) === 'P2034' ||
  driverCause(error)?.kind === 'TransactionWriteConflict';

/** The name of the constraint that refused a write. */
const brokenConstraint = (error: unknown): string | undefined => {
  const cause = driverCause(error);
  const constraint = cause?.constraint ?? (error as { constraint?: unknown } | null)?.constraint;
  if (typeof constraint === 'string') return constraint;
  // Of a CHECK the adapter passes on no more than the message.
  return (constraint as { index?: string } | undefined)?.index ?? checked.exec(cause?.originalMessage ?? '')?.[1];
};
const checked = /violates check constraint "([^"]+)"/;

const isBrokenReference = (error: unknown) =>
  ['23503', '23001'].includes(sqlState(error) ?? '') || codeOf(error) === 'P2003';

const isDuplicate = (error: unknown) => sqlState(error) === '23505' || codeOf(error) === 'P2002';

/** What a feature says of the constraints that may refuse its writes: by kind, or one by its name. */
export type Refusals = {
  duplicate?: () => AppError;
  reference?: () => AppError;
  constraints?: Record<string, () => AppError>;
};

/** The feature's words for an error of the database; any other error as it is. */
export function refusalOf(error: unknown, { duplicate, reference, constraints }: Refusals): unknown {
  if (error instanceof AppError) return error;
  const named = constraints?.[brokenConstraint(error) ?? ''];
  if (named) return named();
  if (duplicate && isDuplicate(error)) return duplicate();
  if (reference && isBrokenReference(error)) return reference();
  return error;
}

type DriverCause = {
  kind?: string;
  originalCode?: string;
  originalMessage?: string;
  code?: string;
  constraint?: string | { index?: string };
};

/** The adapter wraps PostgreSQL's own error, and Prisma wraps the adapter's. */
function driverCause(error: unknown): DriverCause | undefined {
  const known = error as { meta?: { driverAdapterError?: { cause?: DriverCause } }; cause?: DriverCause } | null;
  return known?.meta?.driverAdapterError?.cause ?? known?.cause ?? undefined;
}

const codeOf = (error: unknown) => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

function sqlState(error: unknown): string | undefined {
  const cause = driverCause(error);
  const state = cause?.originalCode ?? cause?.code ?? codeOf(error);
  return state && /^[0-9A-Z]{5}$/.test(state) && !state.startsWith('P1') && !state.startsWith('P2') ? state : undefined;
}
