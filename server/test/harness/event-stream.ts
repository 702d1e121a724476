type Event = { event: string; id: number; data: Record<string, unknown> };

/** A live stream as a browser reads it, over a real socket. */
export async function openStream(origin: string, headers: Record<string, string>) {
  const abort = new AbortController();
  const response = await fetch(`${origin}/api/events`, { headers, signal: abort.signal });
  const events: Event[] = [];
  const comments: string[] = [];
  /** What was told once the stream was open. */
  const caughtUp: Event[] = [];
  const stream = {
    status: response.status,
    headers: response.headers,
    events,
    comments,
    caughtUp,
    ended: false,
    close: () => abort.abort(),
  };
  void read();
  return stream;

  async function read() {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const bytes of response.body ?? []) {
        const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) take(block);
      }
    } catch {
      // Closed by us, or cut.
    }
    stream.ended = true;
  }

  function take(block: string) {
    if (block.startsWith(':')) {
      comments.push(block.slice(1).trim());
      return;
    }
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
    const event = { event: field('event'), id: Number(field('id')), data: JSON.parse(field('data')) as Event['data'] };
    (event.event === 'caught-up' ? caughtUp : events).push(event);
  }
}
