import { setFlagsFromString } from 'node:v8';
import { createApp } from '../app.ts';
import { endStreams } from '../features/events/events.service.ts';
import * as sessions from '../features/sessions/sessions.service.ts';
import { httpServer } from '../http/http-server.ts';
import { listenerOf } from '../http/listener.ts';
import { jobsOfServer } from '../jobs.ts';
import { live } from '../life.ts';

/** Answers requests; does the work of the installation too, unless JOBS=off leaves that to workers. */
export function run() {
  // By default Node.js lets garbage grow to several times of what is in use. This is one of several processes on a machine.
  setFlagsFromString('--heap-growing-percent=100');
  return live({
    server: httpServer(listenerOf(sessions.remembered, createApp())),
    jobs: jobsOfServer,
    beforeClosing: endStreams,
  });
}
