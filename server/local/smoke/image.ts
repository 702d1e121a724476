import { z } from 'zod';
import { CommandFailed, say } from '../command.ts';
import { docker } from '../drill/compose.ts';

const inspected = z.tuple([
  z.looseObject({ Size: z.int(), Config: z.looseObject({ User: z.string(), Entrypoint: z.array(z.string()), Labels: z.record(z.string(), z.string()) }) }), // prettier-ignore
]);

/** Run in the image: what an attacker would like to find there. */
const findings = `
  const { readdirSync } = require('node:fs');
  const files = readdirSync('/app', { recursive: true });
  console.log(JSON.stringify(files.filter((file) => /\\.map$|(^|\\/)\\.(env|npmrc|git)(\\/|$)|\\.(key|pem)$/.test(file))));`;

/** What can be said of an image before it runs. */
export async function lookInto(image: string): Promise<void> {
  const [{ Size, Config }] = inspected.parse(JSON.parse(await docker(['image', 'inspect', image])));
  if (!/^[1-9]\d*:/.test(Config.User)) throw new CommandFailed(`${image} runs as ${Config.User || 'root'}`);
  const program = ['run', '--rm', '--network', 'none', '--entrypoint', 'node', image, '--eval', findings];
  const found = z.array(z.string()).parse(JSON.parse(await docker(program)));
  if (found.length > 0) throw new CommandFailed(`${image} holds ${found.slice(0, 5).join(', ')}`);
  const version = Config.Labels['org.opencontainers.image.version'] ?? 'no version';
  say(
    `ok      ${image} (${version}, ${Math.round(Size / 1e6)} MB) runs as ${Config.User}, and holds no map, setting or key`,
  );
}
