import { setFlagsFromString } from 'node:v8';
import { createListener } from '../app.ts';
import { httpServer } from '../http/http-server.ts';
import { dutiesOfServer } from '../duties.ts';
import { live } from '../life.ts';

/** Answers requests; does the work of the installation too, unless JOBS=off leaves that to workers. */
export function run() {
  // By default Node.js lets garbage grow to several times of what is in use. This is one of several processes on a machine.
  setFlagsFromString('--heap-growing-percent=100');
  return live({ server: httpServer(createListener()), duties: dutiesOfServer });
}
