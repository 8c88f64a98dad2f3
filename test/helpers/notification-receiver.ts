import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real server that takes notifications. */
export interface NotificationReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** The status of the next responses. */
  status: number;
  close(): Promise<void>;
}

export const startReceiver = async (): Promise<NotificationReceiver> => {
  const received: Received[] = [];
  const receiver: NotificationReceiver = {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a-secret-topic`;
    },
    received,
    status: 200,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    response.writeHead(receiver.status, { location: '/elsewhere' }).end('thanks');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return receiver;
};
