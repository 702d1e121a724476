import { check, fail } from 'k6';
import http, { type RefinedParams, type RefinedResponse } from 'k6/http';
import { type Asked, budgets } from '../budgets.ts';
import type { Company as AskedCompany } from './mix.ts';

const url = __ENV['OPEX_URL'] ?? 'http://localhost:5000';

type Answer = RefinedResponse<'text'>;
type Headers = Record<string, string>;

/** What every user of a suite knows: who they are, and what there is to ask for. */
export type Company = AskedCompany & { headers: Headers; words: string[] };

/** Users come with an API key, or sign in once with an account that they share. */
export function setup(): Company {
  const headers = __ENV['OPEX_API_KEY'] ? { authorization: `Bearer ${__ENV['OPEX_API_KEY']}` } : signedIn();
  const read = (path: string) => asJson(http.get(url + path, { headers, responseType: 'text' }), path);
  const years = read('/api/fiscal-years') as { data: { label: string; current: boolean }[] };
  const fy = years.data.find(({ current }) => current)?.label ?? fail('There is no fiscal year');
  const page = read(`/api/budgets?fy=${fy}&limit=200`) as {
    data: { id: number; uid: string; entityId: number | null; towerId: number | null }[];
  };
  if (page.data.length === 0) fail('There is no service: load a company first');
  return {
    ...{ headers, fy },
    services: page.data.map(({ id }) => id),
    entities: [...new Set(page.data.flatMap(({ entityId }) => entityId ?? []))],
    towers: [...new Set(page.data.flatMap(({ towerId }) => towerId ?? []))],
    words: page.data.slice(0, 20).map(({ uid }) => uid),
  };
}

function asJson({ status, body }: Answer, path: string): unknown {
  if (status !== 200) fail(`${path} answered ${status}: ${body}`);
  return JSON.parse(body);
}

export function signIn(): Answer {
  const account = {
    email: __ENV['OPEX_EMAIL'] ?? 'admin@localhost',
    password: __ENV['OPEX_PASSWORD'] ?? fail('Give -e OPEX_API_KEY=..., or -e OPEX_EMAIL=... -e OPEX_PASSWORD=...'),
  };
  return http.post(url + '/api/auth/sign-in', JSON.stringify(account), {
    ...paramsOf('sign-in', { 'content-type': 'application/json' }),
  });
}

export function headersOf(answer: Answer): Headers {
  const { csrfToken } = asJson(answer, 'Signing in') as { csrfToken: string };
  const cookies = Object.entries(answer.cookies).map(([name, [cookie]]) => `${name}=${cookie?.value}`);
  return { cookie: cookies.join('; '), 'x-csrf-token': csrfToken };
}
const signedIn = () => headersOf(signIn());

const paramsOf = (name: Asked, headers: Headers): RefinedParams<'text'> => ({
  ...{ headers, tags: { name }, timeout: budgets[name].timeout, responseType: 'text' },
});

/** One request, under the name of its budget; `isRight` looks into the answer. */
export function ask(name: Asked, path: string, { headers }: Company, isRight: (body: string) => boolean): Answer {
  const answer = http.get(url + path, paramsOf(name, headers));
  check(answer, { [`${name} is right`]: ({ status, body }) => status === 200 && isRight(body) }, { name });
  return answer;
}

export function send(name: Asked, path: string, { headers }: Company, version: number, body: object): Answer {
  const params = paramsOf(name, { ...headers, 'content-type': 'application/json', 'if-match': `"v${version}"` });
  return http.patch(url + path, JSON.stringify(body), params);
}

export function signOut(headers: Headers): Answer {
  return http.post(url + '/api/auth/sign-out', null, { headers, tags: { name: 'sign-out' }, responseType: 'text' });
}
