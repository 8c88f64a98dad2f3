import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Subscription } from '../../shared/oura/webhooks/subscriptions.ts';

export const APPLICATION = { client_id: 'the-app', client_secret: 'SECRET-OF-THE-APP-4e1b' };

interface Received {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A server that keeps subscriptions by the rules of docs/oura-api.md §6, without handshakes. */
export interface SubscriptionPortal extends AsyncDisposable {
  readonly url: string;
  /** Every request, oldest first. */
  readonly requests: readonly Received[];
  subscriptions: Subscription[];
  /** Statuses of the next requests, which then have no effect, except for 'lost': it has one, but no answer comes. */
  failures: (number | 'lost')[];
}

export const startSubscriptionPortal = async (): Promise<SubscriptionPortal> => {
  const requests: Received[] = [];
  const later = () => new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 19);

  const act = ({ method, path, body }: Received): { status: number; reply?: unknown } => {
    const [, id] = /\/([\w-]+)$/.exec(path.replace('/v2/webhook/subscription', '')) ?? [];
    const found = portal.subscriptions.find((each) => each.id === id);
    if (id !== undefined && found === undefined) return { status: 403 };
    const replace = (change: Partial<Subscription>) => {
      const reply = { ...(found as Subscription), ...change };
      portal.subscriptions = portal.subscriptions.map((each) => (each.id === id ? reply : each));
      return { status: 200, reply };
    };
    const { verification_token: _, ...given } = body;
    if (method === 'GET') return { status: 200, reply: portal.subscriptions };
    if (method === 'DELETE') {
      portal.subscriptions = portal.subscriptions.filter((each) => each.id !== id);
      return { status: 204 };
    }
    if (path.includes('/renew/')) return replace({ expiration_time: later() });
    if (method === 'PUT') return replace(given);
    const { event_type, data_type } = body;
    if (portal.subscriptions.some((each) => each.event_type === event_type && each.data_type === data_type))
      return { status: 409 };
    const reply = { ...given, id: randomUUID(), expiration_time: later() } as Subscription;
    portal.subscriptions.push(reply);
    return { status: 201, reply };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers } = request;
    const sent = await text(request);
    const received = { method, path, body: sent === '' ? {} : JSON.parse(sent) };
    requests.push(received);
    const failure = portal.failures.shift();
    if (typeof failure === 'number') return void response.writeHead(failure).end('{"detail":"no"}');
    const isKnown =
      headers['x-client-id'] === APPLICATION.client_id &&
      headers['x-client-secret'] === APPLICATION.client_secret;
    const { status, reply } = isKnown ? act(received) : { status: 401, reply: { detail: 'unknown client' } };
    if (failure === 'lost') return void response.destroy();
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(reply === undefined ? undefined : JSON.stringify(reply));
  };

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const portal: SubscriptionPortal = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    subscriptions: [],
    failures: [],
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return portal;
};
