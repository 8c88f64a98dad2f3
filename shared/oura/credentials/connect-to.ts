import { once } from 'node:events';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import tls from 'node:tls';

const open = ({ protocol, hostname, port }: URL): Socket => {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') return connect({ host, port: Number(port || 80) });
  const servername = isIP(host) === 0 ? host : '';
  return tls.connect({ host, port: Number(port || 443), servername, ALPNProtocols: ['http/1.1'] });
};

/**
 * Connects to the server of `url`: name, TCP and, for https, a handshake with a trusted certificate. Rejects if that fails or
 * takes longer than `timeoutMs`. Until it resolves, no byte of a request has been sent.
 */
export const connectTo = async (url: URL, timeoutMs: number): Promise<Socket> => {
  const socket = open(url);
  // The connection may break before a request listens to it.
  socket.on('error', () => {});
  try {
    const connected = socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect';
    await once(socket, connected, { signal: AbortSignal.timeout(timeoutMs) });
    return socket;
  } catch (error: unknown) {
    socket.destroy();
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
