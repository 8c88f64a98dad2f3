import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { ProblemId } from '../../services/operations/status/sync-state.ts';

/** A notification that the user has received. */
export interface Received {
  readonly event: 'opened' | 'resolved';
  readonly problem: ProblemId;
}

/** The place to which `npm start --notify` sends. */
export interface Notifications extends AsyncDisposable {
  /** The value of `--notify`. */
  readonly destination: string;
  readonly received: readonly Received[];
}

/** @param onReceived called before the sender gets an answer */
export const receiveNotifications = async (
  onReceived: (notification: Received) => void,
): Promise<Notifications> => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const notification = (await json(request)) as Received;
    received.push(notification);
    onReceived(notification);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    destination: `json+http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
