import { type IncomingHttpHeaders, request } from 'node:http';
import type { DashboardStack } from '../../../services/dashboard/server/dashboard-stack.ts';
import { type Served, serveDashboard } from '../../../services/dashboard/server/serve.ts';
import type { PageKeys } from '../../../services/dashboard/server/session.ts';
import { openLedger } from '../../../services/operations/ledger.ts';
import { PACE } from '../../../services/operations/redrive/follow-redrive.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';
import { openSession, type PageSession } from '../../helpers/page-session.ts';
import { RUNNING, situationOf } from '../../helpers/situation.ts';

export const PAGE_KEYS: PageKeys = { cookieKey: 'c'.repeat(64), tokenKey: 't'.repeat(64) };

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The page of a test stack whose queues nothing consumes, and a client with a session that can send what browsers never send. */
export interface TestPage extends Served {
  readonly stack: TestStack;
  /** The headers of its session. */
  readonly session: PageSession['headers'];
  send(
    path: string,
    options?: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Reply>;
  /** Requests an API path and returns the JSON. */
  get<Answer>(path: string): Promise<Answer>;
  /** The headers that the page itself sends. */
  post(path: string, body?: string): Promise<Reply>;
}

/** Sends requests to a page, each over a connection of its own. @param always the headers of each, unless a request has its own */
export const sendTo =
  (url: string, always: Record<string, string> = {}): TestPage['send'] =>
  (path, { method = 'GET', headers: more = {}, body = '' } = {}) =>
    new Promise((resolve, reject) => {
      const headers = { ...always, ...more };
      const call = request(`${url}${path}`, { method, headers, agent: false }, (response) => {
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

/** The ledger of a test stack, for preparing and checking what is stored. */
export const ledgerOf = ({ raw, clock, outputs }: TestStack) => openLedger({ ...raw, clock, outputs });

/** What the page shows of a test stack. */
export const shownOf = (stack: TestStack, changes: Partial<DashboardStack> = {}): DashboardStack => ({
  ...stack.aws,
  outputs: stack.outputs,
  clock: stack.clock,
  source: 'a test',
  simulated: false,
  situation: async () => situationOf(RUNNING),
  readOnly: undefined,
  explain: () => undefined,
  tablesState: () => undefined,
  lookMs: 50,
  pace: PACE.local,
  ...changes,
});

export const servePage = async (changes: Partial<DashboardStack> = {}): Promise<TestPage> => {
  const stack = await openStack();
  const served = await serveDashboard(shownOf(stack, changes), PAGE_KEYS, 0);
  const session = await openSession(served.address());
  const send = sendTo(served.url, session.headers);
  return {
    ...served,
    stack,
    session: session.headers,
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
