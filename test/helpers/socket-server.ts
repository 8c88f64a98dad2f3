import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import tls from 'node:tls';

/** A certificate for the name `localhost`, signed by itself: trusted by no client that is not asked to. */
export const SELF_SIGNED = readFileSync('test/fixtures/tls/localhost.cert', 'utf8');

/** A server below HTTP, on a free loopback port. */
export interface SocketServer extends AsyncDisposable {
  readonly port: number;
  /** How many TCP connections were made. */
  connections(): number;
  /** What clients have sent, with the secrets of a request if there was one; over TLS, decrypted. */
  received(): string;
}

/** @param answer called with what a client sends, at each piece */
const listen = async (
  server: Server,
  accepts: 'connection' | 'secureConnection',
  answer: (socket: Socket) => void,
): Promise<SocketServer> => {
  let connections = 0;
  let received = '';
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.on(accepts, (socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      answer(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    received: () => received,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** Starts a TCP server that calls `answer` for each piece of data that a client sends. */
export const startTcpServer = (answer: (socket: Socket) => void): Promise<SocketServer> =>
  listen(createServer(), 'connection', answer);

/** Starts a TLS server with the certificate {@link SELF_SIGNED}. */
export const startTlsServer = (answer: (socket: Socket) => void): Promise<SocketServer> => {
  const key = readFileSync('test/fixtures/tls/localhost.key');
  return listen(tls.createServer({ key, cert: SELF_SIGNED }), 'secureConnection', answer);
};

/** Listens, and then blocks. */
const BLOCKED = `const server = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  process.stdout.write(String(server.address().port), () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});`;

/** Opens a port at which Linux drops the packets of new connections: its process accepts none, and its backlog is full. */
export const openDroppingPort = async (): Promise<{ readonly port: number } & AsyncDisposable> => {
  const child = spawn(process.execPath, ['-e', BLOCKED]);
  const [port] = (await once(child.stdout, 'data')).map(Number);
  const fillers = [1, 2].map(() => connect(Number(port), '127.0.0.1'));
  await Promise.all(fillers.map((socket) => once(socket, 'connect')));
  return {
    port: Number(port),
    [Symbol.asyncDispose]: async () => {
      for (const socket of fillers) socket.on('error', () => {}).destroy();
      child.kill('SIGKILL');
    },
  };
};
