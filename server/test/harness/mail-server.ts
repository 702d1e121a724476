import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A mail server that keeps what it is given. `answers` are given to the next mails instead of 250. */
export async function startMailServer() {
  const mails: { to: string; text: string }[] = [];
  const answers: string[] = [];
  const server = createServer((socket) => void converse(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, mails, answers, close: () => server.close() };

  async function converse(socket: Socket) {
    const say = (line: string) => socket.write(`${line}\r\n`);
    let mail = { to: '', text: '' };
    let isText = false;
    socket.on('error', () => undefined);
    say('220 test');
    for await (const line of createInterface(socket)) {
      const [verb = ''] = line.toUpperCase().split(/[ :]/);
      if (isText && line !== '.') mail.text += `${line}\n`;
      else if (isText) {
        isText = false;
        const answer = answers.shift();
        if (!answer) mails.push(mail);
        mail = { to: '', text: '' };
        say(answer ?? '250 kept');
      } else if (verb === 'RCPT') {
        mail.to = /<(.*)>/.exec(line)?.[1] ?? '';
        say('250 ok');
      } else if (verb === 'DATA') {
        isText = true;
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        socket.end();
      } else say('250 ok');
    }
  }
}
