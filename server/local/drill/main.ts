import { parseArgs } from 'node:util';
import { CommandFailed, type Defer, runCommand } from '../command.ts';
import { drillCluster } from './cluster-drill.ts';
import { drillCompose } from './compose-drill.ts';

const usage = `Use: npm run drill -- --compose | --kubeconfig <file> [--url https://localhost:30443] [--existing]
  --rate 50    requests a second     --only <words>  the steps that hold these words
  --writes 5   of a hundred of them
  --keep       leaves it running     --existing      breaks the namespace opex that is there, instead of a new one
  --next <image>     what is deployed; without it what is there, once more: name:tag, or for --compose the tag of both images`;

await runCommand(drill);

async function drill(defer: Defer): Promise<number> {
  const { values } = parseArgs({
    options: {
      compose: { type: 'boolean', default: false },
      kubeconfig: { type: 'string' },
      url: { type: 'string', default: 'https://localhost:30443' },
      existing: { type: 'boolean', default: false },
      rate: { type: 'string', default: '50' },
      writes: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
      next: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const { compose, kubeconfig, ...options } = values;
  const [rate, writeShare] = [Number(options.rate), Number(options.writes) / 100];
  if (compose === (kubeconfig !== undefined) || !(rate > 0) || !(writeShare >= 0 && writeShare <= 1))
    throw new CommandFailed(usage);
  if (!kubeconfig) return await drillCompose({ ...options, next: options.next, rate, writeShare }, defer);
  return await drillCluster({ ...options, next: options.next, kubeconfig, rate, writeShare }, defer);
}
