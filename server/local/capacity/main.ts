import { writeFile } from 'node:fs/promises';
import { runCommand, say } from '../command.ts';
import { capacityFile, capacityPage } from './files.ts';

/** Writes the page of what so many people need; `npm run bench -- --mix --json k8s/capacity/measured.json` measures anew. */
await runCommand(async () => {
  await writeFile(capacityFile, capacityPage());
  say(`Wrote ${capacityFile}`);
  return 0;
});
