import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { api } from '../../../test/harness/as.ts';
import { startAnother } from '../../../test/harness/instances.ts';
import { createUser, createYear, password, sessionOf, signedInAs } from '../../../test/factories/index.ts';
import { expectProblem } from '../../../test/harness/problems.ts';

let session: Awaited<ReturnType<typeof signedInAs>>;

beforeAll(async () => {
  await createYear();
  session = await signedInAs('Approver');
});

const ours = { host: 'localhost:5000', origin: 'http://localhost:5000' };
const addTower = (headers: Record<string, string>) =>
  api
    .post('/api/towers')
    .set(headers)
    .send({ name: `Tower ${Math.random()}` });

describe('a write by cookie', () => {
  test('is done with the CSRF token of the session, from our own page or from a program', async () => {
    await addTower(session).expect(201);
    await addTower({ ...session, ...ours }).expect(201);
    for (const site of ['same-origin', 'same-site', 'none'])
      await addTower({ ...session, ...ours, 'sec-fetch-site': site }).expect(201);
  });

  test.each([
    ['without the token', () => ({ cookie: session.cookie })],
    ['with a wrong token', () => ({ ...session, 'x-csrf-token': session['x-csrf-token'].replace(/^./, '~') })],
    ['with an empty token', () => ({ ...session, 'x-csrf-token': '' })],
    ['from another site', () => ({ ...session, origin: 'https://evil.example' })],
    ['from a site whose name begins like ours', () => ({ ...session, origin: 'http://127.0.0.1.evil.example' })],
    ['from a page that hides its origin', () => ({ ...session, origin: 'null' })],
    [
      'from our name by another scheme',
      () => ({ ...session, host: 'localhost:5000', origin: 'https://localhost:5000' }),
    ],
    ['from our name at another port', () => ({ ...session, host: 'localhost:5000', origin: 'http://localhost:5001' })],
    ['from no origin at all', () => ({ ...session, origin: 'localhost' })],
    ['from another site, as the browser says', () => ({ ...session, 'sec-fetch-site': 'cross-site' })],
    ['from another site, with our origin', () => ({ ...session, ...ours, 'sec-fetch-site': 'cross-site' })],
    ['from a neighbour that tells no origin', () => ({ ...session, 'sec-fetch-site': 'same-site' })],
    ['from two places at once', () => ({ ...session, 'sec-fetch-site': 'cross-site, same-origin' })],
  ])('is refused %s', async (_how, headers) => {
    expectProblem(await addTower(headers()), 403);
  });

  test('is refused with the token of another session of the same person', async () => {
    const user = await createUser('Approver');
    const [one, two] = [await sessionOf(user.id), await sessionOf(user.id)];
    expectProblem(await addTower({ cookie: one.cookie, 'x-csrf-token': two['x-csrf-token'] }), 403);
  });

  test.each(['post', 'patch', 'delete', 'put'] as const)('is checked for %s, also without a body', async (method) => {
    const { cookie } = session;
    expectProblem(await api[method]('/api/auth/sessions').set({ cookie }), 403);
  });

  test('is refused as a form, which any page could send', async () => {
    const form = api.post('/api/towers').set(session).type('form').send('name=Forged');
    expectProblem(await form, 415);
    const text = api.post('/api/towers').set(session).set('content-type', 'text/plain').send('{"name":"Forged"}');
    expectProblem(await text, 415);
  });

  test('that signs in again comes from our own page', async () => {
    const user = await createUser('Viewer');
    const { cookie } = await sessionOf(user.id);
    const again = () => api.post('/api/auth/sign-in').set({ cookie }).send({ email: user.email, password });
    expectProblem(await again().set('origin', 'https://evil.example'), 403);
    await again().expect(200);
  });

  test('that signs in comes from no page elsewhere either, and a read may', async () => {
    const user = await createUser('Viewer');
    const signIn = () => api.post('/api/auth/sign-in').send({ email: user.email, password });
    expectProblem(await signIn().set('sec-fetch-site', 'cross-site'), 403);
    expectProblem(await signIn().set('origin', 'https://evil.example'), 403);
    await signIn().expect(200);
    await api.get('/api/towers').set({ cookie: session.cookie, 'sec-fetch-site': 'cross-site' }).expect(200);
  });
});

test('where the public address is https, no page without encryption writes, whatever name of ours it has', async () => {
  const other = await startAnother({ PUBLIC_URL: 'https://opex.example.com/', ALLOWED_HOSTS: 'opex.internal' });
  try {
    const { cookie, 'x-csrf-token': token } = await signedInAs('Approver');
    const from = async (host: string, origin: string) =>
      (
        await request(other.origin)
          .post('/api/towers')
          .set({ cookie: cookie.replace('opex=', '__Host-opex='), 'x-csrf-token': token, host, origin })
          .send({ name: `Tower ${Math.random()}` })
      ).status;
    expect(await from('opex.example.com', 'https://opex.example.com')).toBe(201);
    expect(await from('opex.internal', 'https://opex.internal')).toBe(201);
    expect(await from('opex.example.com', 'http://opex.example.com')).toBe(403);
    expect(await from('opex.internal', 'http://opex.internal')).toBe(403);
    expect(await from('opex.internal', 'https://other.internal')).toBe(403);
    expect(await from('localhost:5000', 'http://localhost:5000')).toBe(201);
  } finally {
    await other.stop();
  }
});

describe('what a browser keeps of what was read', () => {
  const list = () => api.get('/api/towers').set({ cookie: session.cookie });

  test('is asked for again, with its tag, and goes with the session', async () => {
    expect((await list().expect(200)).headers['cache-control']).toBe('private, no-cache');
    const own = await signedInAs('Viewer');
    const { headers } = await api.post('/api/auth/sign-out').set(own).expect(204);
    expect(headers['clear-site-data']).toBe('"cache"');
    expect((await api.get('/api/towers').set(own).expect(401)).headers['clear-site-data']).toBe('"cache"');
    expect((await api.get('/api/towers').expect(401)).headers).not.toHaveProperty('clear-site-data');
    expect((await list().expect(200)).headers).not.toHaveProperty('clear-site-data');
  });

  test('is nothing where browsers do not hear that it should go', async () => {
    const other = await startAnother({ ALLOWED_HOSTS: 'opex.internal' });
    try {
      const get = (host: string) => request(other.origin).get('/api/towers').set({ cookie: session.cookie, host });
      for (let time = 0; time < 2; time++) {
        const { headers } = await get('opex.internal').expect(200);
        expect(headers).toMatchObject({ 'cache-control': 'private, no-store', etag: expect.stringMatching(/^"/) });
      }
      expect((await get('localhost').expect(200)).headers['cache-control']).toBe('private, no-cache');
    } finally {
      await other.stop();
    }
  });
});

test('a read by cookie needs no token', async () => {
  await api.get('/api/budgets').set({ cookie: session.cookie }).expect(200);
});

test.each(['', 'opex=', 'opex=nonsense', `opex=${'x'.repeat(5000)}`, 'opex=%00', 'opex=%zz'])(
  'the cookie %j is nobody',
  async (cookie) => {
    expectProblem(await api.get('/api/budgets').set({ cookie }), 401);
  },
);

test.each(['', 'Bearer', 'Bearer x', 'Basic YTpi', 'Bearer opex_000000000000_x', `Bearer ${'x'.repeat(5000)}`])(
  'the authorization %j is not a key',
  async (authorization) => {
    expectProblem(await api.get('/api/budgets').set({ authorization }), 401);
  },
);

test('a cookie and a key at once are refused: whose request would it be?', async () => {
  expectProblem(await api.get('/api/budgets').set({ ...session, authorization: 'Bearer opex_000000000000_x' }), 400);
});

test.each(['/api/budgets?key=opex_0123456789ab_secret', '/api/budgets/opex_0123456789ab_secret'])(
  'a key in the address %s is refused: addresses are written into logs',
  async (address) => {
    const { detail } = expectProblem(await api.get(address).set(session), 400);
    expect(detail).toMatch(/Authorization header/);
  },
);
