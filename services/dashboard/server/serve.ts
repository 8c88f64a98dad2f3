import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';
import type { DashboardStack } from './dashboard-stack.ts';

/** The page, served. */
export interface Served {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Does now what the first visitor would wait for: loads the framework, bundles the page. Fails as the visit would. */
  prepare(): Promise<void>;
  stop(): Promise<void>;
}

/** Where the page is unless somebody says otherwise: so that a bookmark finds it again. */
export const PAGE_PORT = 4874;

/** The port that was asked for is taken. */
export class PagePortInUse extends AppError {
  override readonly name = 'PagePortInUse';
  override readonly consequences: Consequences = INCORRECT;
  readonly port: number;

  constructor(port: number) {
    super(`Port ${port} is in use by another program: choose another one for the page`);
    this.port = port;
  }
}

/**
 * Serves the page on 127.0.0.1 only. The framework and the bundler are loaded with the first request, so that who only
 * starts the pipeline does not wait for them.
 * @param port absent: the usual one, or any free one where that is taken. Throws {@link PagePortInUse} for a given one.
 */
export const serveDashboard = async (stack: DashboardStack, port?: number): Promise<Served> => {
  let listener: Promise<RequestListener> | undefined;
  const server = createServer(async (request, response) => {
    listener ??= load(stack, () => bound);
    (await listener)(request, response);
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
  return {
    url,
    prepare: async () => {
      await fetch(url).then((answer) => answer.text());
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const load = async (stack: DashboardStack, port: () => number): Promise<RequestListener> => {
  const [{ getRequestListener }, { createDashboard }] = await Promise.all([
    import('@hono/node-server'),
    import('./app.ts'),
  ]);
  // This process has a pipeline beside the page: its global Request and Response stay Node's.
  return getRequestListener(createDashboard(stack, port).fetch, { overrideGlobalObjects: false });
};
