import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { LOOPBACK_NAMES } from '../../../shared/core/loopback.ts';
import { isSameSecret } from '../../../shared/core/same-secret.ts';
import { PortInUse } from '../../local/emulators/loopback-server.ts';
import { UsageError } from '../usage-error.ts';
import { ConnectFailed } from './connect-failed.ts';

/** The port is part of the registered redirect URI, so it is fixed. */
export const DEFAULT_CALLBACK_PORT = 8765;
const PATH = '/callback';

/** The redirect URI to register. Oura compares it character by character. */
export const redirectUriAt = (port: number): string => `http://localhost:${port}${PATH}`;

const PAGE = {
  unexpected: 'This is not the expected response. Go back to the terminal and open the address shown there.',
  notFound: 'Not found.',
};

const HEADERS = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  connection: 'close',
};

const listen = (server: Server, host: string, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new PortInUse(port));
      else if (error.code === 'EACCES')
        reject(
          new UsageError(`Only administrators can use port ${port}: choose 1024 or higher with --port.`),
        );
      // A machine without IPv6 has no ::1, and its browser does not use it either.
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(false);
      else reject(error);
    });
    server.listen(port, host, () => resolve(true));
  });

/** Waits on loopback for the browser's redirect from Oura. */
export interface CallbackServer {
  /**
   * Returns the parameters of the first request with `state`. It rejects other requests with 400 and keeps waiting. Throws
   * {@link ConnectFailed} after `seconds`.
   */
  answer(state: string, seconds: number): Promise<URLSearchParams>;
  /** Takes the address of the browser's last page, pasted by the user, in place of its request. Returns whether it has the state. */
  accept(address: string): boolean;
  /** Ends the page in the browser, which waits since its request, with `text`: how the connection ended. */
  show(text: string): Promise<void>;
  /** Stops listening and waiting: an `answer` that has not arrived stays pending. */
  stop(): Promise<void>;
}

/** Listens on `port` of 127.0.0.1 and ::1 (if it exists): `localhost` may be either. Throws PortInUse or a UsageError. */
export const startCallbackServer = async (port: number): Promise<CallbackServer> => {
  // Another Host header means DNS rebinding.
  const hosts = LOOPBACK_NAMES.map((host) => new URL(`http://${host}:${port}`).host);
  let waiting: { readonly state: string; readonly take: (answer: URLSearchParams) => void } | undefined;

  let page: ServerResponse | undefined;
  let late: NodeJS.Timeout | undefined;

  /** Passes on `parameters` if they are the awaited ones. */
  const take = (parameters: URLSearchParams): boolean => {
    const states = parameters.getAll('state');
    const answers = [...parameters.getAll('code'), ...parameters.getAll('error')];
    if (waiting === undefined || states.length !== 1 || answers.length !== 1) return false;
    if (!isSameSecret(states[0] ?? '', waiting.state)) return false;
    clearTimeout(late);
    waiting.take(parameters);
    waiting = undefined;
    return true;
  };

  const serve: RequestListener = (request, response) => {
    response.setHeaders(new Headers(HEADERS));
    const respond = (status: number, text: string): void => {
      response.writeHead(status).end(`${text}\n`);
    };
    if (!hosts.includes(request.headers.host ?? '')) return respond(400, PAGE.unexpected);
    // Any process on the machine may send anything, such as `//`, which is not a URL.
    const url = URL.parse(request.url ?? '', redirectUriAt(port));
    if (request.method !== 'GET' || url?.pathname !== PATH) return respond(404, PAGE.notFound);
    if (!take(url.searchParams)) return respond(400, PAGE.unexpected);
    page = response;
  };

  const servers = [createServer(serve), createServer(serve)] as const;
  const stop = async (): Promise<void> => {
    clearTimeout(late);
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  try {
    if (!(await listen(servers[0], '127.0.0.1', port))) throw new PortInUse(port);
    await listen(servers[1], '::1', port);
  } catch (error: unknown) {
    await stop();
    throw error;
  }
  return {
    stop,
    accept: (address) => {
      const url = URL.parse(address);
      return url !== null && take(url.searchParams);
    },
    show: async (text) => {
      // A browser that is gone needs no page.
      if (page === undefined || page.closed) return;
      const closed = once(page, 'close');
      page.end(`${text}\n`);
      await closed;
    },
    answer: (state, seconds) =>
      new Promise((resolve, reject) => {
        late = setTimeout(() => {
          waiting = undefined;
          reject(
            new ConnectFailed(`No response from the browser in ${seconds} s: run npm run connect again.`),
          );
        }, seconds * 1000);
        waiting = { state, take: resolve };
      }),
  };
};
