import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut, hang and be mended, as networks are. */
export async function proxyTo(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isHanging = false;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const newServer = () =>
    createServer((socket) => {
      if (isHanging) {
        track(socket);
        return;
      }
      const beyond = track(connect(Number(port), hostname));
      track(socket).pipe(beyond).pipe(socket);
      socket.on('close', () => beyond.destroy());
      beyond.on('close', () => socket.destroy());
    });
  const listen = (server: Server, on: number) =>
    new Promise<void>((resolve) => server.listen(on, '127.0.0.1', resolve));

  let server = newServer();
  await listen(server, 0);
  const own = (server.address() as AddressInfo).port;
  const url = new URL(target);
  url.host = `127.0.0.1:${own}`;

  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  /** Connections stay, new ones are taken, and nothing comes through. */
  const hang = () => {
    isHanging = true;
    for (const socket of sockets) socket.unpipe().pause();
  };
  const mend = async () => {
    if (isHanging) await cut();
    isHanging = false;
    await listen((server = newServer()), own);
  };
  return { url: url.toString(), cut, hang, mend };
}
