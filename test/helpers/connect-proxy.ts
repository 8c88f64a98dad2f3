import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join, resolve } from 'node:path';
import tls from 'node:tls';

/** The certificate of `https://oura.test`, for NODE_EXTRA_CA_CERTS. */
export const OURA_TEST_CERT = resolve('test/fixtures/tls/oura.test.cert');

/** A corporate proxy on loopback: the only way to `https://oura.test`, which no name server knows. */
export interface ConnectProxy extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The targets of its tunnels, and the URLs of other requests, in order. */
  readonly asked: readonly string[];
}

/** Starts a proxy whose tunnels all end, over TLS as `oura.test`, at the http server `url`. */
export const startConnectProxy = async (url: string): Promise<ConnectProxy> => {
  const asked: string[] = [];
  const key = readFileSync(join('test', 'fixtures', 'tls', 'oura.test.key'));
  const oura = tls.createServer({ key, cert: readFileSync(OURA_TEST_CERT) }, (socket) => {
    const { hostname, port } = new URL(url);
    const upstream = connect(Number(port), hostname);
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  oura.listen(0, '127.0.0.1');
  await once(oura, 'listening');
  const proxy = createServer((request, response) => {
    asked.push(String(request.url));
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    asked.push(String(request.url));
    const tunnel = connect((oura.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(tunnel).pipe(socket);
    });
    socket.on('error', () => tunnel.destroy());
    tunnel.on('error', () => socket.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      oura.close();
      proxy.close();
      proxy.closeAllConnections();
    },
  };
};
