import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Ours names the request in what we keep. The one that the caller gave is only given back: two requests may have the same. So
 * may the trace, which is what several programs did for one purpose.
 */
export type RequestIds = { requestId: string; givenId?: string | undefined; traceId?: string | undefined };

/** By what the caller knows the request. */
export const toldId = ({ requestId, givenId }: RequestIds) => givenId ?? requestId;

/** What belongs to the request that is being answered, wherever in the code we are. */
export type RequestContext = RequestIds & {
  /** From where it came. */
  address?: string | undefined;
  /** The form of an answer that the caller takes. */
  encoding: 'br' | 'gzip' | 'identity';
  /** What the caller has seen written; reads must not be older. */
  seen: readonly string[];
  /** What this request wrote; goes back to the caller as `seen`. */
  wrote?: string | undefined;
  /** The effect had happened before: the status of the first answer, which is given again. */
  replayed?: number;
};

const storage = new AsyncLocalStorage<RequestContext>();

export const currentRequest = () => storage.getStore();
export const runInRequest = <Result>(context: RequestContext, work: () => Result): Result => storage.run(context, work);
