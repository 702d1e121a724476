/** Who wants to hear when something changes; `subscribe` is as `useSyncExternalStore` takes it. */
export function createListeners() {
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return { subscribe, tell };
}
