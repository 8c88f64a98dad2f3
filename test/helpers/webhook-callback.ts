import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address that answers Oura's handshakes. */
export interface WebhookCallback extends AsyncDisposable {
  readonly url: string;
  /** How many handshakes it has accepted. */
  readonly accepted: number;
}

/** Starts a receiver that accepts handshakes with the verification token that `token` returns at that moment. */
export const startWebhookCallback = async (token: () => string | undefined): Promise<WebhookCallback> => {
  let accepted = 0;
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const isOurs = searchParams.get('verification_token') === token();
    if (isOurs) accepted += 1;
    response.writeHead(isOurs ? 200 : 401, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ challenge: searchParams.get('challenge') }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oura`,
    get accepted() {
      return accepted;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
