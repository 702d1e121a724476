import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CommandFailed, runCommand } from './command.ts';
import { checkout } from './folders.ts';

const folder = join(checkout, 'loadtests/suites');
const suites = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));

/** Runs a suite with the k6 of this machine; who signs in is said by OPEX_API_KEY, or OPEX_EMAIL and OPEX_PASSWORD. */
await runCommand(async (defer) => {
  const { values, positionals } = parseArgs({ options: { url: { type: 'string' } }, allowPositionals: true });
  const [suite = '', ...more] = positionals;
  if (!suites.includes(suite) || more.length > 0)
    throw new CommandFailed(`npm run load -- <${suites.join(' | ')}> [--url http://localhost:5000]`, 2);
  const k6 = spawn('k6', ['run', '--include-system-env-vars', join(folder, `${suite}.ts`)], {
    stdio: 'inherit',
    env: { ...process.env, ...(values.url && { OPEX_URL: values.url }) },
  });
  defer(() => k6.kill());
  const [code] = (await once(k6, 'exit').catch((error: unknown) => {
    throw new CommandFailed(
      `k6 is needed on PATH (${String(error)}): https://grafana.com/docs/k6/latest/set-up/install-k6\n` +
        'Without it, `npm run bench -- --mix` sends the same mix at a fixed rate.',
    );
  })) as [number | null];
  return code ?? 1;
});
