import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed, runCommand, say } from './command.ts';
import { checkout } from './folders.ts';

/** A company may use, change and sell the product: nothing that is shipped asks for more than being named. */
const shipped = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
]);
/** These stay on the developer's machine. MPL and EPL ask something of those who change the files themselves only. */
const developing = new Set([...shipped, 'MPL-2.0', 'EPL-2.0', 'CC-BY-4.0', 'CC0-1.0', 'Zlib', 'Python-2.0']);
/** Packages that say nothing in their manifest; what their repositories say was read by a person. */
const silent = new Map([
  ['parse-cache-control', 'BSD-3-Clause'],
  ['seq-queue', 'MIT'],
]);

/** `devOptional`: needed by developers, and offered to a shipped package that does without it. */
type Package = { dev?: boolean; devOptional?: boolean; link?: boolean; license?: string };

await runCommand(checkLicences);

function checkLicences(): Promise<number> {
  const { packages } = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Package>;
  };
  const installed = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
  const refused = installed.flatMap(([path, { dev, devOptional, license }]) => {
    const isShipped = !dev && !devOptional;
    const name = path.split('node_modules/').at(-1) ?? path;
    const words = license ?? silent.get(name) ?? 'no licence';
    return isAllowed(words, isShipped ? shipped : developing)
      ? []
      : [`${name}: ${words}${isShipped ? ', and it is shipped' : ''}`];
  });
  if (refused.length > 0)
    throw new CommandFailed(`Packages under a licence that is not on the list:\n${refused.join('\n')}`);
  say(`${installed.length} packages, all under a licence of the list in server/local/licences.ts`);
  return Promise.resolve(0);
}

/** "(MIT OR CC0-1.0)" needs one of them, "MIT AND ISC" both. */
function isAllowed(words: string, allowed: Set<string>): boolean {
  const plain = words.replaceAll(/[()]/g, '');
  if (/ OR /i.test(plain)) return plain.split(/ OR /i).some((one) => allowed.has(one));
  return plain.split(/ AND /i).every((one) => allowed.has(one));
}
