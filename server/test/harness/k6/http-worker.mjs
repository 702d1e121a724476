import { parentPort, workerData } from 'node:worker_threads';

const { port, signal } = workerData;

/** Scripts of k6 wait for an answer without a promise; so the thread that asks sleeps until this one wakes it. */
parentPort.on('message', async ({ url, timeout, ...init }) => {
  port.postMessage(
    await ask(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeout) }).catch((error) => ({
      ...{ status: 0, body: '', headers: {}, cookies: {} },
      error: String(error),
    })),
  );
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});

async function ask(url, init) {
  const answer = await fetch(url, init);
  const cookies = answer.headers.getSetCookie().map((line) => /^([^=]+)=([^;]*)/.exec(line) ?? []);
  return {
    status: answer.status,
    body: await answer.text(),
    headers: Object.fromEntries(answer.headers),
    cookies: Object.fromEntries(cookies.map(([, name, value]) => [name, [{ name, value }]])),
    error: '',
  };
}
