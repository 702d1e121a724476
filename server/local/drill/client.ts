import http from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface Answer {
  status: number;
  body: string;
}

/** A signed-in person, at an https address whose certificates vouch for themselves too: `fetch` cannot be told of them. */
export class Client {
  readonly #url: string;
  /** Each certificate is compared itself: of two that carry one name, TLS takes only the first for trusted. */
  readonly #trusted: Set<string>;
  readonly #agent: http.Agent;
  #cookies = new Map<string, string>();
  #csrfToken = '';

  constructor(url: string, certificate = '') {
    this.#url = url;
    this.#trusted = new Set([certificate.trim()]);
    const common = { keepAlive: true, maxSockets: 64 };
    // A connection that goes on with an earlier session shows no certificate.
    const vouching = { ...common, rejectUnauthorized: certificate === '', maxCachedSessions: 0 };
    this.#agent = url.startsWith('https:') ? new https.Agent(vouching) : new http.Agent(common);
  }

  /** From now on this certificate is right, too. */
  trust(certificate: string): void {
    this.#trusted.add(certificate.trim());
  }

  async signIn(email: string, password: string): Promise<void> {
    const { csrfToken } = (await this.json('POST', '/api/auth/sign-in', { email, password })) as { csrfToken: string };
    this.#csrfToken = csrfToken;
  }

  #check(socket: TLSSocket): void {
    const certificate = socket.getPeerX509Certificate()?.toString().trim() ?? '';
    if (!this.#trusted.has(certificate)) socket.destroy(new Error('This is another certificate than the right one'));
  }

  async json(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body}`);
    return JSON.parse(answer.body || 'null');
  }

  ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const isFile = Buffer.isBuffer(body);
    const sent = body === undefined || isFile ? body : JSON.stringify(body);
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const request = (this.#agent instanceof https.Agent ? https : http).request(this.#url + path, {
        method,
        agent: this.#agent,
        timeout: 10_000,
        headers: {
          ...(cookie && { cookie }),
          ...(this.#csrfToken && method !== 'GET' && { 'x-csrf-token': this.#csrfToken }),
          ...(sent !== undefined && {
            'content-type': isFile ? 'application/octet-stream' : 'application/json',
            'content-length': Buffer.byteLength(sent),
          }),
          ...headers,
        },
      });
      request.on('timeout', () => request.destroy(new Error('no answer in 10 s')));
      request.on('error', (error: NodeJS.ErrnoException) => {
        // Closed by the other side while it was idle, and not read any more: browsers ask again, too.
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve(this.ask(method, path, body, headers));
        else reject(error);
      });
      request.on('socket', (socket: TLSSocket) => {
        if (socket.connecting && !this.#trusted.has('')) socket.once('secureConnect', () => this.#check(socket));
      });
      request.on('response', (response) => {
        for (const cookie of response.headers['set-cookie'] ?? []) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
          this.#cookies.set(name, value);
        }
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
      });
      request.end(sent);
    });
  }
}
