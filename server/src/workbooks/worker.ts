import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { Message } from './in-worker.ts';
import { Refusal } from './refusal.ts';

/** The other end of `inWorker`: as many values are on their way as let both sides work at once, and no more. */
const mostOnTheWay = 2;

const port = parentPort;
if (!port) throw new Error('This runs in a thread');
const { module, input } = workerData as { module: string; input: unknown };
const say = (message: Message, moved: ArrayBuffer[] = []) => port.postMessage(message, moved);

let onTheWay = 0;
port.on('message', () => onTheWay--);
try {
  const { work } = (await import(module)) as { work: (input: unknown) => AsyncIterable<unknown> };
  for await (const value of work(input)) {
    while (onTheWay >= mostOnTheWay) await once(port, 'message');
    onTheWay++;
    say({ value }, movable(value));
  }
  say({ isDone: true });
} catch (error) {
  say(error instanceof Refusal ? { refused: error.code, detail: error.detail } : { failed: error });
}
port.close();

/** The buffers of bytes that fill them, of the value itself or of its fields. A part of a buffer is copied. */
function movable(value: unknown): ArrayBuffer[] {
  const parts =
    value !== null && typeof value === 'object' && !ArrayBuffer.isView(value) ? Object.values(value) : [value];
  return parts.flatMap((part) =>
    part instanceof Uint8Array && part.buffer instanceof ArrayBuffer && part.byteLength === part.buffer.byteLength
      ? [part.buffer]
      : [],
  );
}
