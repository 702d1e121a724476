import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { seen } from './seen.ts';

/** The part of k6/http that the suites use. */
type Params = { headers?: Record<string, string>; tags?: { name?: string }; timeout?: number };

const signal = new Int32Array(new SharedArrayBuffer(4));
const { port1: answers, port2: port } = new MessageChannel();
const worker = new Worker(new URL('http-worker.mjs', import.meta.url), {
  workerData: { port, signal },
  transferList: [port],
});
worker.unref();

function send(method: string, url: string, body: string | null, { headers, tags, timeout = 60_000 }: Params = {}) {
  Atomics.store(signal, 0, 0);
  worker.postMessage({ method, url, headers, timeout, ...(body !== null && { body }) });
  Atomics.wait(signal, 0, 0);
  const answer = receiveMessageOnPort(answers)?.message as { status: number; error: string };
  seen.requests.push({ name: tags?.name ?? '', method, url, ...answer });
  return answer;
}

export default {
  get: (url: string, params?: Params) => send('GET', url, null, params),
  post: (url: string, body: string | null, params?: Params) => send('POST', url, body, params),
  patch: (url: string, body: string | null, params?: Params) => send('PATCH', url, body, params),
};
