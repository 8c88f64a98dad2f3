import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import { oneTimeAddress } from './one-time-token.ts';
import type { PageKeys } from './session.ts';

export interface Served {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Returns a new address that opens the page once. */
  address(): string;
  /** Loads the framework and bundles the page, which the first visit would wait for otherwise. Fails like that visit would. */
  prepare(): Promise<void>;
  stop(): Promise<void>;
}

/** Fixed, so that bookmarks work. */
export const PAGE_PORT = 4874;

export class PagePortInUse extends AppError {
  override readonly name = 'PagePortInUse';
  override readonly consequences: Consequences = INCORRECT;
  readonly port: number;

  constructor(port: number) {
    super(`Port ${port} is in use by another program: choose another port for the page`);
    this.port = port;
  }
}

/**
 * Serves the page on 127.0.0.1 only. It loads the framework and the bundler with the first request, so that starting the
 * pipeline does not wait for them.
 * @param port absent: {@link PAGE_PORT}, or any free port if it is in use. Throws {@link PagePortInUse} if a given port is.
 */
export const serveDashboard = async (
  stack: DashboardStack,
  keys: PageKeys,
  port?: number,
): Promise<Served> => {
  let listener: Promise<RequestListener> | undefined;
  const stopping = new AbortController();
  const server = createServer(async (request, response) => {
    try {
      listener ??= load(stack, keys, () => bound, stopping.signal);
      (await listener)(request, response);
    } catch {
      // The framework cannot be loaded, for example because no memory is left. The next request tries again.
      listener = undefined;
      response.writeHead(503).end();
    }
  });
  const listen = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  const isTaken = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  try {
    await listen(port ?? PAGE_PORT);
  } catch (error: unknown) {
    if (!isTaken(error)) throw error;
    if (port !== undefined) throw new PagePortInUse(port);
    await listen(0);
  }
  const { port: bound } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${bound}`;
  const address = () => oneTimeAddress(url, keys.tokenKey);
  return {
    url,
    address,
    prepare: async () => {
      await fetch(address()).then((response) => response.text());
    },
    stop: () =>
      new Promise((resolve) => {
        stopping.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const load = async (
  stack: DashboardStack,
  keys: PageKeys,
  port: () => number,
  stopping: AbortSignal,
): Promise<RequestListener> => {
  const [{ getRequestListener }, { createDashboard }] = await Promise.all([
    import('@hono/node-server'),
    import('./app.ts'),
  ]);
  const { fetch } = createDashboard(stack, keys, port, stopping);
  // The pipeline runs in the same process and needs Node's global Request and Response.
  return getRequestListener(fetch, { overrideGlobalObjects: false });
};
