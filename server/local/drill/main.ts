import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run as writeSecrets } from '../../src/commands/secrets.ts';
import { CommandFailed, type Defer, runCommand, say } from '../command.ts';
import { notesFolder } from '../folders.ts';
import { freePort } from '../ports.ts';
import { Client } from './client.ts';
import { Compose, docker } from './compose.ts';
import { type Company, Load } from './load.ts';
import { rehearse } from './steps.ts';
import { everyRemarkIsThereOnce, noSecretIsSeen } from './checks.ts';

const usage =
  'Use: npm run drill -- --compose [--rate 50] [--only <words of a step>] [--keep]   (--keep leaves it running)';

await runCommand(drill);

/** Starts the whole product anew, breaks one part after the other while people work, and says what it cost them. */
async function drill(defer: Defer): Promise<number> {
  const { values } = parseArgs({
    options: {
      compose: { type: 'boolean', default: false },
      rate: { type: 'string', default: '50' },
      only: { type: 'string', default: '' },
      keep: { type: 'boolean', default: false },
    },
  });
  const rate = Number(values.rate);
  if (!values.compose || !(rate > 0)) throw new CommandFailed(usage);
  await docker(['compose', 'version']);

  const secrets = join(notesFolder(), 'drill');
  await writeSecrets([secrets]);
  const compose = new Compose({ project: 'opex-drill', port: await freePort(8543), secrets });
  const secret = (name: string) => readFileSync(join(secrets, name), 'utf8').trim();

  say('Building the images');
  await compose.run('build');
  await compose.run('down', '--volumes', '--remove-orphans');
  if (!values.keep) defer(() => compose.run('down', '--volumes', '--timeout', '5'));
  const begun = performance.now();
  await compose.up();
  say(`All services are healthy after ${((performance.now() - begun) / 1000).toFixed(1)} s: ${compose.url}`);

  const client = new Client(compose.url, secret('tls.crt'));
  await client.signIn('admin@localhost', secret('admin_password'));
  const load = new Load(client, await makeCompany(client), rate);
  const isBroken = await rehearse({ compose, client, load, secrets, only: values.only }).finally(() => load.stop());
  const findings = [
    ...(await everyRemarkIsThereOnce(compose, load.remarks)),
    ...(await noSecretIsSeen(compose, secrets)),
    ...(await compose.product('verify').then(() => [], (error: unknown) => [String(error)])), // prettier-ignore
  ];
  for (const finding of findings) say(`BROKEN  ${finding}`);
  if (findings.length === 0)
    say(
      `ok      ${load.remarks.length} remarks were answered as written and are there once; every figure is right; no secret is in an image, a setting or a log`,
    );
  return isBroken || findings.length > 0 ? 1 : 0;
}

/** Twenty services with a budget in the current year: the pages have something to show, and people something to write on. */
async function makeCompany(client: Client): Promise<Company> {
  const years = (await client.json('GET', '/api/fiscal-years')) as { data: { label: string }[] };
  const fy = years.data.at(-1)?.label ?? '';
  const services: number[] = [];
  for (let number = 1; number <= 20; number++) {
    const body = { uid: `SVC-${number}`, description: `Service ${number}`, budget: `${number}00000.00`, fy };
    services.push(((await client.json('POST', '/api/services', body)) as { id: number }).id);
  }
  return { fy, services };
}
