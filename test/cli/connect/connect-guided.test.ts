import { PassThrough } from 'node:stream';
import { expect, jest, test } from '@jest/globals';
import type { Terminal } from '../../../services/cli/ask-line.ts';
import { connectGuided } from '../../../services/cli/connect/connect-guided.ts';
import type { ConnectTarget } from '../../../services/cli/connect/target.ts';
import { startRingSimulator } from '../../../services/ring-simulator/start.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import { decideAtOura, freePort } from '../../helpers/consent.ts';

const APPLICATION = { client_id: 'an-application', client_secret: 'a-secret' };

/** Connects with `terminal`. Calls `browse` with the address for the browser. */
const connect = async (
  terminal: Terminal,
  browse: (authorizeUrl: string) => Promise<void>,
): Promise<Record<string, unknown>> => {
  const port = await freePort();
  const redirect_uris = [`http://localhost:${port}/callback`];
  await using ring = await startRingSimulator({
    timeZone: 'UTC',
    clock: systemClock,
    oauth: { applications: [{ ...APPLICATION, redirect_uris, portal: 'developer' }] },
  }).then((each) => ({ ...each, [Symbol.asyncDispose]: () => each.stop() }));
  let written = {};
  const target: ConnectTarget = {
    store: {
      place: 'memory',
      read: async () => ({ kind: 'none' }),
      write: async (connection) => {
        written = connection;
      },
    },
    baseUrl: ring.url,
    today: '2026-03-10',
    timeZone: 'UTC',
    history: async () => ({ rejected: undefined, used: false }),
    rememberUser: async () => {},
    nextStep: async () => ({ next: '', webhooks: null }),
    again: '',
  };
  const shown = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    const [url] = /http\S+code_challenge_method=S256/.exec(String(text)) ?? [];
    if (url !== undefined) void browse(url);
    return true;
  });
  try {
    await connectGuided(
      target,
      { portal: undefined, port, waitSeconds: 20, open: false, aws: false },
      {
        OURA_CLIENT_ID: APPLICATION.client_id,
        OURA_CLIENT_SECRET: APPLICATION.client_secret,
        OURA_AUTHORIZE_URL: `${ring.url}/oauth/v2/ext/oauth-authorize`,
        OURA_TOKEN_URL: `${ring.url}/oauth/v2/ext/oauth-token`,
      },
      terminal,
    );
    return written;
  } finally {
    shown.mockRestore();
  }
};

test('connects with the pasted address of a browser on another machine', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough().setEncoding('utf8');
  let shown = '';
  output.on('data', (text: string) => {
    shown += text;
  });
  let redirectUri = '';
  const written = await connect({ input, output }, async (url) => {
    redirectUri = new URL(url).searchParams.get('redirect_uri') ?? '';
    input.write(`${redirectUri}?code=c&state=of-another-attempt\n`);
    input.write(`${await decideAtOura(url)}\n`);
  });
  expect(shown).toContain(
    `it begins with ${redirectUri}, contains code= and state=, and belongs to this attempt.\n`,
  );
  expect(written).toMatchObject({ client_id: APPLICATION.client_id, scopes: ['daily', 'spo2'] });
});

test('the last page says what happened: connected, or why not', async () => {
  const without = { input: new PassThrough(), output: new PassThrough() };
  const pages: Promise<string>[] = [];
  const visit = (decision: 'allow' | 'deny') => async (url: string) => {
    const page = decideAtOura(url, { decision }).then(fetch);
    pages.push(page.then((each) => each.text()));
  };
  await connect(without, visit('allow'));
  await expect(connect(without, visit('deny'))).rejects.toThrow('access was denied');
  expect(await Promise.all(pages)).toEqual([
    'Connected. You can close this window.\n',
    expect.stringMatching(/^Not connected: access was denied .* Go back to the terminal\.\n$/),
  ]);
});
