import { createProbesApp } from '../app.ts';
import { httpServer } from '../http/http-server.ts';
import { dutiesOfWorker } from '../duties.ts';
import { live } from '../life.ts';

/** Does the work of the installation, and answers nothing but probes. */
export function run() {
  const app = createProbesApp();
  return live({ server: httpServer((request, response) => void app(request, response)), duties: dutiesOfWorker });
}
