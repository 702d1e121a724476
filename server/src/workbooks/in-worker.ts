import { on } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Refusal, type RefusalCode } from './refusal.ts';

/** What a module that works in a thread exports. Its values are copied to the caller; bytes that fill their buffer are moved. */
type WorkModule = { work: (input: never) => AsyncIterable<unknown> };
type InputOf<Module extends WorkModule> = Parameters<Module['work']>[0];
type ValueOf<Module extends WorkModule> = Module['work'] extends (input: never) => AsyncIterable<infer Value>
  ? Value
  : never;

type Options = {
  /** The thread ends when its heap grows beyond. Bytes that are unpacked do not count. */
  heapMegabytes?: number;
  /** Of waiting for the thread; what the caller does between two values does not count. */
  seconds?: number;
  signal?: AbortSignal;
};

export type Message =
  { value: unknown } | { isDone: true } | { refused: RefusalCode; detail: string } | { failed: unknown };

/** In development and in tests nothing is built, and a module has the name it was written under. */
const isBuilt = extname(import.meta.url) === '.js';
const entry = new URL(isBuilt ? './worker.js' : './worker-from-sources.mjs', import.meta.url);
const execArgv = isBuilt ? [] : ['--conditions=development'];
const nameOf = (module: URL) => (isBuilt ? module.href.replace(/\.ts$/, '.js') : module.href);

/**
 * Runs `work` of a module in a thread of its own, and hands over what it yields: a hostile file costs that thread its memory and its
 * time, and the loop of the caller nothing. The thread knows no setting of the process.
 *
 *     for await (const text of inWorker<typeof import('./reading.ts')>(new URL('./reading.ts', import.meta.url), { path })) ...
 */
export async function* inWorker<Module extends WorkModule>(
  module: URL,
  input: InputOf<Module>,
  { heapMegabytes = 256, seconds = 60, signal }: Options = {},
): AsyncGenerator<ValueOf<Module>, void, undefined> {
  signal?.throwIfAborted();
  const worker = new Worker(entry, {
    workerData: { module: nameOf(module), input: input as unknown },
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 32 },
    execArgv,
    env: {},
  });
  const clock = new AbortController();
  const signals = [clock.signal, ...(signal ? [signal] : [])];
  const messages = on(worker, 'message', { close: ['exit'], signal: AbortSignal.any(signals) });
  let left = seconds * 1_000;
  try {
    for (;;) {
      const begun = performance.now();
      const timer = setTimeout(() => clock.abort(), left);
      const { value: [message] = [{ failed: new Error('The thread ended before its work') }] } = (await messages
        .next()
        .finally(() => clearTimeout(timer))) as { value?: [Message] };
      left -= performance.now() - begun;
      if ('isDone' in message) return;
      if ('refused' in message) throw new Refusal(message.refused, message.detail);
      if ('failed' in message) throw message.failed;
      yield message.value as ValueOf<Module>;
      worker.postMessage('taken');
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (clock.signal.aborted) throw new Refusal('too-slow', `longer than ${seconds} seconds`);
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new Refusal('too-much-memory', '', error);
    throw error;
  } finally {
    await worker.terminate();
  }
}
