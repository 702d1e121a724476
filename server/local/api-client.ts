/** A signed-in program that keeps its cookies, as a browser would. */
export class ApiClient {
  readonly #url: string;
  #cookies = new Map<string, string>();
  #csrfToken = '';

  private constructor(url: string) {
    this.#url = url;
  }

  static async signIn(url: string, email: string, password: string): Promise<ApiClient> {
    const client = new ApiClient(url);
    const { csrfToken } = (await client.json('/api/auth/sign-in', { method: 'POST', body: { email, password } })) as {
      csrfToken: string;
    };
    client.#csrfToken = csrfToken;
    return client;
  }

  get headers(): Record<string, string> {
    return { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }

  get writeHeaders(): Record<string, string> {
    return { ...this.headers, 'x-csrf-token': this.#csrfToken };
  }

  keep(setCookies: readonly string[]) {
    for (const cookie of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
  }

  hasSeenWhatIsKnownTo(other: ApiClient) {
    const seen = other.#cookies.get('opex-seen');
    if (seen !== undefined) this.#cookies.set('opex-seen', seen);
  }

  /** Another client with the same rights, which has seen nothing of what this one wrote. */
  forgetWhatWasWritten() {
    this.#cookies.delete('opex-seen');
  }

  /** The same person at another instance. */
  at(url: string): ApiClient {
    const other = new ApiClient(url);
    other.#csrfToken = this.#csrfToken;
    other.#cookies = this.#cookies;
    return other;
  }

  async text(path: string): Promise<string> {
    const answer = await this.#send(path, {});
    return answer.text();
  }

  async json(path: string, options: { method?: string; body?: unknown; version?: number } = {}): Promise<unknown> {
    const answer = await this.#send(path, options);
    return answer.status === 204 ? undefined : answer.json();
  }

  async #send(path: string, { method = 'GET', body, version }: { method?: string; body?: unknown; version?: number }) {
    const answer = await fetch(this.#url + path, {
      method,
      headers: {
        ...(this.#cookies.size > 0 && (method === 'GET' ? this.headers : this.writeHeaders)),
        ...(version !== undefined && { 'if-match': `"v${version}"` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    this.keep(answer.headers.getSetCookie());
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer;
  }
}
