import { connect, type Socket } from 'node:net';

/** A page that follows the live stream, as a browser does and as cheaply as can be. */
export class StreamReader {
  readonly #url: URL;
  readonly #cookie: string;
  #socket: Socket | undefined;
  #heard = '';
  #lastId: string | undefined;
  #awaited: { words: string; found: (at: number) => void; failed: (error: Error) => void } | undefined;

  constructor(url: string, cookie: string) {
    this.#url = new URL(url);
    this.#cookie = cookie;
  }

  /** Until the server says that the stream is open. Who was here before says what was heard last. */
  async open(): Promise<void> {
    this.#lastId = /.*^id: (\d+)/ms.exec(this.#heard)?.[1] ?? this.#lastId;
    this.#heard = '';
    const socket = connect(Number(this.#url.port), this.#url.hostname);
    this.#socket = socket;
    socket.setEncoding('latin1').setNoDelay();
    const opened = this.hears(': connected');
    socket.on('error', (error) => this.#awaited?.failed(error));
    socket.on('close', () => this.#awaited?.failed(new Error(`A stream ended after ${this.#heard.slice(0, 200)}`)));
    socket.on('data', (text: string) => {
      this.#heard += text;
      this.#look();
    });
    const last = this.#lastId ? `Last-Event-ID: ${this.#lastId}\r\n` : '';
    socket.write(
      `GET /api/events HTTP/1.1\r\nHost: ${this.#url.host}\r\nCookie: ${this.#cookie}\r\n` +
        `Accept: text/event-stream\r\nAccept-Encoding: gzip, deflate, br\r\nUser-Agent: Mozilla/5.0 (a browser)\r\n${last}\r\n`,
    );
    await opened;
  }

  /** When the words came, in milliseconds of this process; words that came before count too. */
  hears(words: string): Promise<number> {
    return new Promise((found, failed) => {
      this.#awaited = { words, found, failed };
      this.#look();
    });
  }

  forget() {
    this.#heard = '';
  }

  async close(): Promise<void> {
    this.#awaited = undefined;
    const socket = this.#socket;
    if (!socket || socket.closed) return;
    await new Promise((resolve) => socket.once('close', resolve).destroy());
  }

  #look() {
    if (!this.#awaited || !this.#heard.includes(this.#awaited.words)) return;
    const { found } = this.#awaited;
    this.#awaited = undefined;
    found(performance.now());
  }
}
