import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** How an invocation ended: what the handler returned, or what the runtime client reported of its error. */
export type Answer =
  | { readonly response: unknown }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } };

/**
 * Lambda's Runtime API for one function, one invocation after the other.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export interface RuntimeApi {
  /** `host:port`, what AWS_LAMBDA_RUNTIME_API is set to. */
  readonly address: string;
  /** Gives `event` to the runtime client; `seconds` until the function's deadline. Rejects where it could not start. */
  invoke(event: unknown, seconds: number): Promise<Answer>;
  stop(): Promise<void>;
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly deadline: number;
  readonly ended: PromiseWithResolvers<Answer>;
}

const PREFIX = '/2018-06-01/runtime';

export const startRuntimeApi = async (functionArn: string): Promise<RuntimeApi> => {
  const waiting: Invocation[] = [];
  const running = new Map<string, Invocation>();
  let poller: ServerResponse | undefined;

  const hand = (): void => {
    const next = poller && waiting.shift();
    if (!poller || !next) return;
    running.set(next.id, next);
    poller.writeHead(200, {
      'content-type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': next.id,
      'Lambda-Runtime-Deadline-Ms': String(next.deadline),
      'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      'Lambda-Runtime-Trace-Id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
    });
    poller.end(JSON.stringify(next.event));
    poller = undefined;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.slice(PREFIX.length) ?? '';
    if (request.method === 'GET' && path === '/invocation/next') {
      poller = response;
      return hand();
    }
    const body: unknown = await json(request);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (path === '/init/error') {
      const failed = new Error(`The function did not start: ${JSON.stringify(body)}`);
      for (const { ended } of [...waiting, ...running.values()]) ended.reject(failed);
      return;
    }
    const [, id = '', kind] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    running.get(id)?.ended.resolve(kind === 'error' ? ({ error: body } as Answer) : { response: body });
    running.delete(id);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (event, seconds) => {
      const ended = Promise.withResolvers<Answer>();
      waiting.push({ id: randomUUID(), event, deadline: Date.now() + seconds * 1000, ended });
      hand();
      return ended.promise;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
