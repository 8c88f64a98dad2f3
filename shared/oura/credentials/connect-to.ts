import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import tls from 'node:tls';

/**
 * Opens a connection, and for https through the proxy of Node's global agent, if it has one. Calls `connected` with the socket
 * to the server. @returns the socket to close if that takes too long
 */
const open = (
  { protocol, hostname, port }: URL,
  connected: (error: Error | null, socket: Socket) => void,
): Socket => {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') {
    const socket = connect({ host, port: Number(port || 80) });
    return socket.once('connect', () => connected(null, socket));
  }
  let isChecked = false;
  const options: tls.ConnectionOptions = {
    host,
    port: Number(port || 443),
    servername: isIP(host) === 0 ? host : '',
    ALPNProtocols: ['http/1.1'],
    checkServerIdentity: (name, certificate) => {
      isChecked = true;
      return tls.checkServerIdentity(name, certificate);
    },
  };
  // The agent calls back after a tunnel only.
  const socket = https.globalAgent.createConnection(options, (error, tunnel) =>
    connected(error, tunnel as Socket),
  ) as Socket;
  // With a proxy, this socket leads to the proxy, and its own handshake does not count.
  return socket.once('secureConnect', () => isChecked && connected(null, socket));
};

/**
 * Connects to the server of `url`: name, TCP and, for https, a handshake with a trusted certificate. Rejects if that fails or
 * takes longer than `timeoutMs`. Until it resolves, no byte of a request has been sent.
 */
export const connectTo = async (url: URL, timeoutMs: number): Promise<Socket> => {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const first = open(url, (error, socket) => {
    if (error) reject(error);
    else {
      // The connection may break before a request listens to it.
      socket.on('error', () => {});
      resolve(socket);
    }
  });
  first.on('error', reject);
  const signal = AbortSignal.timeout(timeoutMs);
  signal.addEventListener('abort', () =>
    reject(new DOMException('The connection took too long', 'AbortError')),
  );
  try {
    return await promise;
  } catch (error: unknown) {
    first.destroy();
    throw error;
  }
};

/** Returns a `transport` for axios that sends one request over `socket`. */
export const transportOver = (socket: Socket) => ({
  request: (options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest => {
    const { request } = socket instanceof tls.TLSSocket ? https : http;
    return request({ ...options, agent: undefined, createConnection: () => socket }, onResponse);
  },
});
