import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../ports.ts';

const program = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(existsSync);
export const hasNginx = program !== undefined;

/** nginx as everybody puts it in front: connections kept open on both sides, the caller's address passed on. */
export async function startNginx(folder: string, ports: number[]): Promise<{ url: string; stop: () => Promise<void> }> {
  if (!program) throw new Error('nginx is not installed (Debian: apt-get install nginx-light)');
  const port = await freePort();
  const here = join(folder, `nginx-${port}`);
  mkdirSync(here);
  const file = join(here, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; pid ${here}/nginx.pid; error_log ${here}/error.log warn; worker_processes 1; worker_rlimit_nofile 16384;
    events { worker_connections 8192; }
    http {
      access_log off; client_body_temp_path ${here}/body; proxy_temp_path ${here}/proxy;
      fastcgi_temp_path ${here}/f; uwsgi_temp_path ${here}/u; scgi_temp_path ${here}/s;
      keepalive_requests 1000000;
      upstream opex { least_conn; ${ports.map((each) => `server 127.0.0.1:${each} max_fails=0;`).join(' ')} keepalive 128; keepalive_requests 1000000; }
      server {
        listen 127.0.0.1:${port} backlog=4096;
        location / {
          proxy_pass http://opex; proxy_http_version 1.1;
          proxy_next_upstream error timeout http_503; proxy_next_upstream_tries 2;
          proxy_set_header Connection ""; proxy_set_header Host $http_host;
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;
        }
      }
    }`,
  );
  const child = spawn(program, ['-p', here, '-c', file], { stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(`${url}/livez`).then(({ status }) => status !== 502, () => false)) break; // prettier-ignore
    await sleep(50);
  }
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await Promise.race([ended, sleep(5_000)]);
    },
  };
}
