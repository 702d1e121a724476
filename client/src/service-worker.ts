/**
 * Gives the page from what was kept of it, at once, and fetches it anew beside: over a slow line it opens a trip earlier, and without
 * a line at all. Only the page and the code it names are kept; answers of the API never are.
 */
type Waiting = Event & { waitUntil(work: Promise<unknown>): void };
type Asked = Waiting & { request: Request; respondWith(answer: Promise<Response>): void };
type Scope = {
  addEventListener(type: 'install' | 'activate', listener: (event: Waiting) => void): void;
  addEventListener(type: 'fetch', listener: (event: Asked) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
};
const worker = self as unknown as Scope;

const kept = () => caches.open('page');

worker.addEventListener('install', (event) => event.waitUntil(Promise.all([refresh('/'), worker.skipWaiting()])));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (pathname.startsWith('/assets/')) event.respondWith(code(request));
  // Whoever reloads wants what the server has.
  else if (request.mode === 'navigate' && request.cache === 'default' && isPage(pathname))
    event.respondWith(page(event));
});

const isPage = (pathname: string) =>
  !/^\/(api|health|livez|readyz|metrics)(\/|$)/.test(pathname) && !/\.\w+$/.test(pathname);

async function page(event: Asked): Promise<Response> {
  const before = await (await kept()).match('/');
  const fresh = refresh(event.request);
  if (!before) return fresh;
  event.waitUntil(fresh.catch(() => undefined));
  return withNonceOfItsOwn(before);
}

const code = async (request: Request) => (await (await kept()).match(request)) ?? fetch(request);

/** The page of the server, which is kept with the code that it names, and nothing else is. */
async function refresh(request: RequestInfo): Promise<Response> {
  const answer = await fetch(request);
  if (!answer.ok || !answer.headers.get('content-type')?.startsWith('text/html')) return answer;
  const [cache, html] = [await kept(), await answer.clone().text()];
  const named = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, address = '']) => address);
  const there = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  await cache.addAll(named.filter((address) => !there.has(address)));
  await cache.put('/', answer.clone());
  const gone = [...there].filter((address) => address !== '/' && !named.includes(address));
  await Promise.all(gone.map((address) => cache.delete(address)));
  return answer;
}

/** What was kept is shown many times, and each time no script may run that does not know a word of this one time. */
async function withNonceOfItsOwn(answer: Response): Promise<Response> {
  const html = await answer.text();
  const [, before] = /<meta name="csp-nonce" content="([^"]+)"/.exec(html) ?? [];
  const policy = answer.headers.get('content-security-policy');
  if (!before || !policy) return fetch('/');
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const headers = new Headers(answer.headers);
  headers.set('content-security-policy', policy.replaceAll(before, nonce));
  return new Response(html.replaceAll(before, nonce), { headers });
}
