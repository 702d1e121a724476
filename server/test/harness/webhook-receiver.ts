import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../../local/folders.ts';
import { selfSigned } from '../../src/lib/self-signed.ts';

/** The other end: it keeps what it is sent. `answers` are given to the next deliveries instead of 204. */
export async function startReceiver() {
  const { certificate, key } = await selfSigned('127.0.0.1');
  const certificateFile = join(temporaryFolder('opex-webhooks-'), 'certificate.pem');
  writeFileSync(certificateFile, certificate);

  const deliveries: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const answers: ((response: ServerResponse) => void)[] = [];
  const server = createServer({ cert: certificate, key }, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      deliveries.push({ path: request.url ?? '', headers: request.headers, body });
      const answer = answers.shift();
      if (answer) answer(response);
      else response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificateFile,
    deliveries,
    answers,
    close,
  };
}
