import { authEndpoints } from '@opex/contracts/auth';
import type { AnswerOf, BodyInputOf, Endpoint, ParamsOf, QueryOf } from '@opex/contracts/endpoint';
import { busyType, problem, type Problem } from '@opex/contracts/errors';
import { patiently, retryAfterSeconds } from './busy.ts';

/** A request that did not do what was asked; `problem.detail` says why in words. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly problem: Problem;
  /** When to ask again, if the server said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(answer: Problem, retryAfterSeconds?: number) {
    super(answer.detail);
    this.problem = answer;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** 0: no answer at all. */
  get status() {
    return this.problem.status;
  }
}

export const statusOf = (error: unknown) => (error instanceof ApiError ? error.status : undefined);

type Needed<Name extends string, Value> = [Value] extends [undefined] ? unknown : Record<Name, Value>;
export type Query = Record<string, string | number | null | undefined>;
type Options<E extends Endpoint> = {
  /** Filters, such as `budget.gte`, have no place in the type of a list's query; the server knows them all. */
  query?: { [Name in keyof QueryOf<E>]?: QueryOf<E>[Name] | undefined } & Query;
  /** The version that was seen; sent as If-Match. */
  version?: number;
  signal?: AbortSignal;
  idempotencyKey?: string;
};
/** What is sent as it is, in place of JSON. */
type FileOf<E extends Endpoint> = E['file'] extends true ? Blob : undefined;
export type Call<E extends Endpoint> = Options<E> &
  Needed<'params', ParamsOf<E>> &
  Needed<'body', BodyInputOf<E>> &
  Needed<'file', FileOf<E>>;
type CallArguments<E extends Endpoint> = Partial<Call<E>> extends Call<E> ? [call?: Call<E>] : [call: Call<E>];

type AnyCall = Options<Endpoint> & { params?: Record<string, unknown>; body?: unknown; file?: Blob };

type Session = { userId: number | null; csrfToken: string | null };
const nobody: Session = { userId: null, csrfToken: null };
let session = nobody;
/** Only kept in memory: another page of the browser cannot read it. */
export const rememberSession = (next: Session = nobody) => void (session = next);

let seen: string | undefined;
/** The newest change this page has heard of. It goes with every request, so that no answer is older than that. */
export const rememberSeen = (told: string | undefined) => void (seen = told ?? seen);

let settleSession: (status: 401 | 403) => Promise<void> = () => Promise.resolve();
/**
 * Called when the session a request was made in may be gone: 401, or 403 for a write, as another tab may have begun a new
 * one. It is done when it is known in which session the page goes on, which may take a new sign-in.
 */
export const whenRefused = (listener: typeof settleSession) => void (settleSession = listener);

/** Answers are checked against the contract. */
export async function callApi<E extends Endpoint>(endpoint: E, ...[call]: CallArguments<E>): Promise<AnswerOf<E>> {
  return read(endpoint, await responseTo(endpoint, (call ?? {}) as AnyCall));
}

/** A file, and what the server calls it. */
export async function takeFile<E extends Endpoint>(endpoint: E, ...[call]: CallArguments<E>) {
  const response = await responseTo(endpoint, call ?? {});
  if (!response.ok) throw await refusalOf(response);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'file';
  const bytes = await response.blob().catch(() => {
    throw new ApiError(unreachable);
  });
  return { name, bytes };
}

/** The only way to `fetch`. */
async function responseTo(endpoint: Endpoint, call: AnyCall): Promise<Response> {
  const { signal, ...rest } = call;
  const askedIn = session;
  const ask = () => answerOf(endpoint, rest, askedIn, signal);
  const response = await patiently(ask, (refusal) => mayRepeat(endpoint, rest, refusal), signal);
  const { status } = response;
  if (asksWhoIsHere(endpoint) || !(status === 401 || (status === 403 && endpoint.method !== 'get'))) return response;
  // A refusal that belongs to an earlier session says nothing about the present one.
  if (session.csrfToken === askedIn.csrfToken) await settleSession(status);
  const isRenewed = session.csrfToken !== askedIn.csrfToken && session.userId === askedIn.userId;
  return isRenewed ? responseTo(endpoint, call) : response;
}

/** Whether a request can be repeated safely: it only reads, the server did not begin it, or its key marks the repeat as the same. */
const mayRepeat = async ({ method, idempotent }: Endpoint, { idempotencyKey }: AnyCall, refusal: Response) =>
  method === 'get' ||
  (await problemOf(refusal.clone())).type === busyType ||
  (idempotent === true && idempotencyKey !== undefined && refusal.status === 503);

/** For these requests 401 is a proper answer, and not the end of a session. */
const asksWhoIsHere = ({ permission, path }: Endpoint) => permission === 'public' || path === authEndpoints.me.path;

async function read<E extends Endpoint>(endpoint: E, response: Response): Promise<AnswerOf<E>> {
  if (!response.ok) throw await refusalOf(response);
  if (!endpoint.answer) return undefined as AnswerOf<E>;
  const parsed = endpoint.answer.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new ApiError({ ...unreadable, requestId: response.headers.get('x-request-id') ?? '' });
  return parsed.data as AnswerOf<E>;
}

const refusalOf = async (response: Response) => new ApiError(await problemOf(response), retryAfterSeconds(response));

/** A write goes with the token of the session it was asked in: made again later, it cannot be taken for another person's. */
async function answerOf(
  endpoint: Endpoint,
  call: Omit<AnyCall, 'signal'>,
  { csrfToken }: Session,
  signal?: AbortSignal,
) {
  const { body, file, version, idempotencyKey } = call;
  const sent = file ?? (body === undefined ? undefined : JSON.stringify(body));
  try {
    return await fetch(addressOf(endpoint, call), {
      method: endpoint.method.toUpperCase(),
      headers: {
        accept: 'application/json',
        ...(sent !== undefined && { 'content-type': file ? 'application/octet-stream' : 'application/json' }),
        ...(seen !== undefined && { 'x-opex-seen': seen }),
        ...(version !== undefined && { 'if-match': `"v${version}"` }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        ...(endpoint.method !== 'get' && csrfToken && { 'x-csrf-token': csrfToken }),
      },
      ...(sent !== undefined && { body: sent }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(unreachable);
  }
}

function addressOf({ path }: Endpoint, { params = {}, query = {} }: Omit<AnyCall, 'signal'>) {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const defined = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const search = new URLSearchParams(defined.map(([name, value]) => [name, String(value)])).toString();
  return `/api${filled}${search && `?${search}`}`;
}

async function problemOf(response: Response): Promise<Problem> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined));
  const requestId = response.headers.get('x-request-id') ?? '';
  if (parsed.success) return parsed.data;
  return { ...(response.status === 413 ? tooLarge : unreadable), status: response.status, requestId };
}

const wordless = { type: 'about:blank', instance: '', requestId: '' };
const unreachable: Problem = {
  ...wordless,
  status: 0,
  title: 'No connection',
  detail: 'The server cannot be reached. Check the connection and try again.',
};
/** A proxy refuses by itself what is larger than it lets pass, in words of its own. */
const tooLarge: Problem = {
  ...wordless,
  status: 413,
  title: 'Too large',
  detail: 'This is larger than what may be sent here. Split it into parts, and send them one by one.',
};
const unreadable: Problem = {
  ...wordless,
  status: 0,
  title: 'Unexpected answer',
  detail: 'The server gave an answer this page does not understand. Reload the page and try again.',
};
