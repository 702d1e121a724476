import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sectionOf } from './changelog.ts';
import { CommandFailed, runCommand, say } from './command.ts';
import { checkout } from './folders.ts';

/** What a release says of itself: `npm run --silent release-notes -- v0.2.0`. */
await runCommand(async () => {
  const version = process.argv[2]?.replace(/^v/, '') ?? '';
  const read = (file: string) => readFile(join(checkout, file), 'utf8');
  const { version: own } = JSON.parse(await read('package.json')) as { version: string };
  if (version !== own) throw new CommandFailed(`package.json says ${own}, the release ${version || 'nothing'}`);
  const section = sectionOf(await read('.github/CHANGELOG.md'), version);
  if (!section) throw new CommandFailed(`The changelog has no section "## ${version} - <date>" that says anything`);
  say(section);
  return 0;
});
