/** While the work is under way, further callers wait for its result and start it no second time. */
export function together<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<Value> | undefined;
  return () => (running ??= work().finally(() => (running = undefined)));
}
