import { parseArgs } from 'node:util';
import { CommandFailed, type Defer, runCommand, say } from '../command.ts';
import { Cluster } from '../drill/cluster.ts';
import { back, blueGreen, finish } from './blue-green.ts';
import { canary } from './canary.ts';

const usage = `Use: npm run deploy -- <how> --kubeconfig <file>
  blue-green --image <name:tag>   all new servers beside the old ones, tried, then led to; back by itself if they prove worse
     --hold                       keeps the old ones until one of the next two
  finish                          the new version is all there is
  back                            the old version is all there is
  canary --image <name:tag>       a share of the requests for a while; taken away in the end, or at once if it is worse
     --share 10                   of a hundred requests, as far as whole servers allow
     --set NAME=VALUE             a setting that the new servers have instead of the installation's (repeatable)
  --seconds 60                    how long the new servers are watched
OPEX_EMAIL and OPEX_PASSWORD say who signs in to try the new servers; without them only what strangers may see is tried.`;

await runCommand(deploy);

async function deploy(defer: Defer): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kubeconfig: { type: 'string' },
      image: { type: 'string' },
      share: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '60' },
      set: { type: 'string', multiple: true, default: [] },
      hold: { type: 'boolean', default: false },
    },
  });
  const { kubeconfig, image, hold } = values;
  const [share, seconds] = [Number(values.share), Number(values.seconds)];
  const [how, ...more] = positionals;
  if (!kubeconfig || more.length > 0 || !(share > 0 && share < 100) || !(seconds >= 10))
    throw new CommandFailed(usage, 2);
  const cluster = new Cluster(kubeconfig);
  if (how === 'finish' || how === 'back') {
    await (how === 'finish' ? finish : back)(cluster);
    return 0;
  }
  if (!image || (how !== 'blue-green' && how !== 'canary')) throw new CommandFailed(usage, 2);
  const { OPEX_EMAIL: email, OPEX_PASSWORD: password } = process.env;
  const account = email && password ? { email, password } : undefined;
  const { fault, words } = await (how === 'canary'
    ? canary(cluster, { image, settings: settingsOf(values.set), share, seconds, account }, defer)
    : blueGreen(cluster, { image, seconds, hold, account }, defer));
  say(words);
  if (how === 'blue-green' && !fault)
    say('Name the version in your overlay, too, or the next `kubectl apply` takes it back');
  return fault ? 1 : 0;
}

function settingsOf(words: string[]): Record<string, string> {
  const pairs = words.map((text) => /^([A-Z_]+)=(.*)$/.exec(text));
  if (pairs.includes(null)) throw new CommandFailed(usage, 2);
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}
