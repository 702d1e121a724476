import https from 'node:https';

export interface Answer {
  status: number;
  body: string;
}

/** A signed-in person at an https address whose certificate vouches for itself: `fetch` cannot be told of one. */
export class Client {
  readonly #url: string;
  #trusted: string[];
  #agent: https.Agent;
  #cookies = new Map<string, string>();
  #csrfToken = '';

  constructor(url: string, ca: string) {
    this.#url = url;
    this.#trusted = [ca];
    this.#agent = this.#newAgent();
  }

  readonly #newAgent = () => new https.Agent({ keepAlive: true, maxSockets: 64, ca: this.#trusted });

  async signIn(email: string, password: string): Promise<void> {
    const { csrfToken } = (await this.json('POST', '/api/auth/sign-in', { email, password })) as { csrfToken: string };
    this.#csrfToken = csrfToken;
  }

  /** From now on another certificate is right, too. */
  trust(ca: string): void {
    this.#trusted = [...this.#trusted, ca];
    this.#agent = this.#newAgent(); // requests in work end on the connections of the one before
  }

  async json(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body}`);
    return JSON.parse(answer.body || 'null');
  }

  ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const request = https.request(this.#url + path, {
        method,
        agent: this.#agent,
        timeout: 10_000,
        headers: {
          ...(cookie && { cookie }),
          ...(this.#csrfToken && method !== 'GET' && { 'x-csrf-token': this.#csrfToken }),
          ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      });
      request.on('timeout', () => request.destroy(new Error('no answer in 10 s')));
      request.on('error', reject);
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
      request.end(text);
    });
  }
}
