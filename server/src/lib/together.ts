/** Callers that come while the work is under way wait for that, and start no other. */
export function together<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<Value> | undefined;
  return () => (running ??= work().finally(() => (running = undefined)));
}
