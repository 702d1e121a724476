import { CommandFailed, say } from '../command.ts';
import type { Client } from '../drill/client.ts';
import { wordsOf } from '../../src/lib/errors.ts';

export interface Account {
  email: string;
  password: string;
}

/** Throws where the answer is not right; what it says is worth knowing. */
type Question = { what: string; ask: (client: Client) => Promise<string | void> };

const strangers: Question[] = [
  { what: 'it lives, and is ready', ask: alive },
  { what: 'the page comes with all of its files', ask: page },
  { what: 'a stranger is not let in', ask: (client) => answers(client, '/api/fiscal-years', 401) },
  { what: 'what is not there is said to be so', ask: (client) => answers(client, '/api/nothing', 404) },
];

const reads: Question[] = [
  { what: 'the dashboard', ask: (client) => inYear(client, '/api/reports/dashboard', 'totals') },
  { what: 'the tracker', ask: (client) => inYear(client, '/api/budgets', 'data') },
  { what: 'the search', ask: (client) => holds(client, '/api/search?q=service', 'data') },
  { what: 'the document of the API', ask: (client) => holds(client, '/api/openapi.json', 'paths') },
];

/** Of a server that nobody works with yet: whether people can be sent to it. Nothing is left behind but a session that ended. */
export async function smoke(client: Client, account?: Account): Promise<void> {
  for (const question of strangers) await put(question, client);
  if (!account) {
    say('        nobody signed in: no account was named');
    return;
  }
  await client.signIn(account.email, account.password);
  for (const question of reads) await put(question, client);
  const { status } = await client.ask('POST', '/api/auth/sign-out');
  if (status >= 300) throw new CommandFailed(`Signing out answered ${status}`);
}

async function put({ what, ask }: Question, client: Client) {
  const said = await ask(client).catch((error: unknown) => {
    throw new CommandFailed(`BROKEN  ${what}: ${wordsOf(error)}`);
  });
  say(`ok      ${what}${said ? `: ${said}` : ''}`);
}

async function answers(client: Client, path: string, wanted: number): Promise<void> {
  const { status, body } = await client.ask('GET', path);
  if (status !== wanted) throw new Error(`${path} answered ${status} instead of ${wanted}: ${body.slice(0, 200)}`);
}

async function alive(client: Client): Promise<void> {
  await answers(client, '/livez', 200);
  await answers(client, '/readyz', 200);
}

async function page(client: Client): Promise<string> {
  const { body } = await client.ask('GET', '/');
  const files = [...new Set([...body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? ''))];
  if (!files.some((file) => file.endsWith('.js'))) throw new Error('it names no script');
  for (const file of files) await answers(client, file, 200);
  return `${files.length} files`;
}

async function holds(client: Client, path: string, key: string): Promise<void> {
  const body = await client.json('GET', path);
  if (typeof body !== 'object' || body === null || !(key in body)) throw new Error(`${path} has no "${key}"`);
}

async function inYear(client: Client, path: string, key: string): Promise<void> {
  const { data } = (await client.json('GET', '/api/fiscal-years')) as { data: { label: string; current: boolean }[] };
  const fy = data.find(({ current }) => current)?.label;
  if (!fy) throw new Error('there is no current fiscal year');
  await holds(client, `${path}?fy=${fy}`, key);
}
