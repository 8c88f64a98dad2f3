import { createServer, type RequestListener, type Server } from 'node:http';
import { LOOPBACK_NAMES } from '../../../shared/core/loopback.ts';
import { PortInUse } from '../../local/emulators/endpoint.ts';
import { UsageError } from '../usage-error.ts';
import { ConnectFailed } from './connect-failed.ts';

/** Where Oura sends the browser back to. The port is part of what is registered, so it is fixed. */
export const DEFAULT_CALLBACK_PORT = 8765;
const PATH = '/callback';

/** The redirect URI to register, character by character. */
export const redirectUriAt = (port: number): string => `http://localhost:${port}${PATH}`;

const PAGE = {
  arrived: 'Your answer has arrived. You can close this window and go back to the terminal.',
  stranger:
    'This is not the answer that is waited for. Go back to the terminal and open the address that it shows.',
  nothing: 'There is nothing here.',
};

const listen = (server: Server, host: string, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new PortInUse(port));
      else if (error.code === 'EACCES')
        reject(
          new UsageError(`Port ${port} is for administrators only: choose one from 1024 up with --port.`),
        );
      // A machine without IPv6 has no ::1; its browser does not look there either.
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(false);
      else reject(error);
    });
    server.listen(port, host, () => resolve(true));
  });

/** Waits on loopback for the browser that comes back from Oura. */
export interface CallbackServer {
  /**
   * The parameters of the one request that carries `state`; any other is refused with 400, and waited on. Throws
   * {@link ConnectFailed} where none has come after `seconds`.
   */
  answer(state: string, seconds: number): Promise<URLSearchParams>;
  stop(): Promise<void>;
}

/** Listens on `port` of 127.0.0.1 and, where there is one, of ::1: `localhost` may mean either. Throws PortInUse or a UsageError. */
export const startCallbackServer = async (port: number): Promise<CallbackServer> => {
  // Whoever asks by another name has been led here by somebody else's DNS.
  const hosts = LOOPBACK_NAMES.map((host) => new URL(`http://${host}:${port}`).host);
  let waiting: { readonly state: string; readonly take: (answer: URLSearchParams) => void } | undefined;

  const serve: RequestListener = (request, response) => {
    const say = (status: number, text: string) =>
      response
        .writeHead(status, {
          'content-type': 'text/plain; charset=utf-8',
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
          connection: 'close',
        })
        .end(`${text}\n`);
    if (!hosts.includes(request.headers.host ?? '')) return say(400, PAGE.stranger);
    // Anybody on the machine may send anything, `//` for one, which is no URL.
    const url = URL.parse(request.url ?? '', redirectUriAt(port));
    if (request.method !== 'GET' || url?.pathname !== PATH) return say(404, PAGE.nothing);
    const states = url.searchParams.getAll('state');
    const answers = [...url.searchParams.getAll('code'), ...url.searchParams.getAll('error')];
    if (waiting === undefined || states.length !== 1 || states[0] !== waiting.state || answers.length !== 1)
      return say(400, PAGE.stranger);
    const { take } = waiting;
    waiting = undefined;
    response.once('close', () => take(url.searchParams));
    return say(200, PAGE.arrived);
  };

  const servers = [createServer(serve), createServer(serve)] as const;
  const stop = async (): Promise<void> => {
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
    answer: (state, seconds) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting = undefined;
          reject(
            new ConnectFailed(
              `No answer came from the browser within ${seconds} s: run npm run connect again.`,
            ),
          );
        }, seconds * 1000);
        waiting = {
          state,
          take: (answer) => {
            clearTimeout(late);
            resolve(answer);
          },
        };
      }),
  };
};
