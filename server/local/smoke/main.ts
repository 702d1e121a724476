import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run as writeSecrets } from '../../src/commands/secrets.ts';
import { CommandFailed, type Defer, runCommand, say } from '../command.ts';
import { Client } from '../drill/client.ts';
import { makeCompany } from '../drill/company.ts';
import { Compose, docker } from '../drill/compose.ts';
import { notesFolder } from '../folders.ts';
import { freePort } from '../ports.ts';
import { lookInto } from './image.ts';
import { smoke } from './questions.ts';

const usage = `Use: npm run smoke -- [--version <tag of the images>] [--port 8443] [--keep]
     npm run smoke -- --url <address>     of a product that runs; OPEX_EMAIL and OPEX_PASSWORD say who signs in
  --keep    leaves it running, with the company that it made`;

await runCommand(async (defer) => {
  const { values } = parseArgs({
    options: {
      version: { type: 'string', default: 'latest' },
      port: { type: 'string' },
      keep: { type: 'boolean', default: false },
      url: { type: 'string' },
    },
  });
  const { url, version, keep, port } = values;
  if (url && (keep || port)) throw new CommandFailed(usage, 2);
  await (url ? ofAddress(url) : ofImages({ version, keep, port: port ? Number(port) : await freePort(8543) }, defer));
  return 0;
});

/** Whatever certificate it shows is checked as a browser would. */
async function ofAddress(url: string) {
  const { OPEX_EMAIL: email, OPEX_PASSWORD: password } = process.env;
  await smoke(new Client(url), email && password ? { email, password } : undefined);
}

/** The images of this machine's engine, started as docker-compose.yml has it, with secrets and volumes of their own. */
async function ofImages({ version, keep, port }: { version: string; keep: boolean; port: number }, defer: Defer) {
  await docker(['compose', 'version']);
  await lookInto(`opex-manager:${version}`);
  const secrets = join(notesFolder(), 'smoke');
  await writeSecrets([secrets]);
  const secret = (name: string) => readFileSync(join(secrets, name), 'utf8').trim();
  const compose = new Compose({ project: 'opex-smoke', port, secrets, version });
  await compose.run('down', '--volumes', '--remove-orphans');
  if (!keep) defer(() => compose.run('down', '--volumes', '--timeout', '5'));

  const begun = performance.now();
  await compose.up().catch(async (error: unknown) => {
    say(await compose.run('logs', '--no-color', '--tail', '30'));
    throw error;
  });
  say(`ok      all of it is healthy after ${((performance.now() - begun) / 1000).toFixed(1)} s: ${compose.url}`);
  const client = new Client(compose.url, secret('tls.crt'));
  const account = { email: 'admin@localhost', password: secret('admin_password') };
  await client.signIn(account.email, account.password);
  const { services } = await makeCompany(client);
  say(`ok      ${services.length} services were written`);
  await smoke(new Client(compose.url, secret('tls.crt')), account);
  await compose.product('verify');
  say('ok      every figure is right');
}
