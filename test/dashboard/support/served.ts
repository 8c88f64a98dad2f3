import { type IncomingHttpHeaders, request } from 'node:http';
import type { DashboardStack } from '../../../services/dashboard/server/dashboard-stack.ts';
import { type Served, serveDashboard } from '../../../services/dashboard/server/serve.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The page of a test stack whose queues nothing consumes, and a client that can send what browsers never send. */
export interface TestPage extends Served {
  readonly stack: TestStack;
  send(
    path: string,
    options?: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Reply>;
  /** Requests an API path and returns the JSON. */
  get<Answer>(path: string): Promise<Answer>;
  /** The headers that the page itself sends. */
  post(path: string, body?: string): Promise<Reply>;
}

export const servePage = async (changes: Partial<DashboardStack> = {}): Promise<TestPage> => {
  const stack = await openStack();
  const served = await serveDashboard(
    {
      ...stack.aws,
      outputs: stack.outputs,
      clock: stack.clock,
      source: 'a test',
      simulated: false,
      nextSync: async () => new Date('2026-03-11T19:00:00Z'),
      readOnly: undefined,
      explain: () => undefined,
      lookMs: 50,
      ...changes,
    },
    0,
  );
  const send: TestPage['send'] = (path, { method = 'GET', headers = {}, body = '' } = {}) =>
    new Promise((resolve, reject) => {
      const call = request(`${served.url}${path}`, { method, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      });
      call.on('error', reject);
      call.end(body);
    });
  return {
    ...served,
    stack,
    send,
    get: async <Answer>(path: string) => JSON.parse((await send(path)).body) as Answer,
    post: (path, body = '{}') =>
      send(path, { method: 'POST', body, headers: { origin: served.url, 'sec-fetch-site': 'same-origin' } }),
    stop: async () => {
      await served.stop();
      await stack.stop();
    },
  };
};
