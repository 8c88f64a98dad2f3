import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRing, type Ring } from '../../../services/cli/target/ring.ts';
import { systemClock } from '../../../shared/core/clock.ts';
import { freshDataFolder } from '../../helpers/command.ts';

const CONNECTION = {
  client_id: 'app',
  client_secret: 'planted-secret',
  access_token: 'planted-access',
  refresh_token: 'planted-refresh',
  expires_at: '2026-11-24T10:00:00.000Z',
  token_url: 'https://moi.ouraring.com/oauth/v2/ext/oauth-token',
  fallback_token_url: null,
  scopes: ['daily', 'spo2'],
  connected_at: '2026-11-23T10:00:00.000Z',
  refreshed_at: null,
};

let ring: Ring | undefined;
afterEach(async () => {
  await ring?.stop();
  ring = undefined;
});
const dataDir = freshDataFolder();
const keep = (text: string) => {
  mkdirSync(dataDir.path);
  writeFileSync(join(dataDir.path, 'credentials.json'), text, { mode: 0o600 });
};
const open = async (
  env: NodeJS.ProcessEnv = {},
  simulated: { seed?: number; ring?: 'steady' | 'down' } = {},
): Promise<Ring> => {
  const options = {
    dataDir: dataDir.path,
    timeZone: 'UTC',
    clock: systemClock,
    ...simulated,
  } as const;
  ring = await openRing(options, env);
  return ring;
};

test('simulates a ring without any configuration', async () => {
  const { description, ...ring } = await open();
  expect(ring).toMatchObject({ kind: 'simulated', apiKey: 'simulated' });
  expect(description).toMatch(/^Ring {6}simulated \(steady, seed 1\) at /);
});

test('rejects the options of a simulated ring with a real one only', async () => {
  await expect(open({ OURA_API_KEY: 'planted-key' }, { ring: 'down' })).rejects.toMatchObject({
    name: 'UsageError',
    message: '--ring needs a simulated ring, but OURA_API_KEY is set: unset it.',
  });
  expect((await open({}, { ring: 'down', seed: 7 })).description).toContain('(down, seed 7)');
  keep(JSON.stringify(CONNECTION));
  await expect(open({}, { ring: 'down', seed: 0 })).rejects.toMatchObject({
    name: 'UsageError',
    message: `--ring and --seed need a simulated ring, but ${dataDir.path} is connected to Oura: choose another folder with --data-dir.`,
  });
});

test.each(['planted key', 'planted\nkey', 'plänted-key'])(
  'what is no token is refused, and not repeated',
  async (text) => {
    const refusal = await open({ OURA_API_KEY: text }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'UsageError', message: expect.stringContaining('OURA_API_KEY') });
    expect(String(refusal)).not.toMatch(/pl.nted/);
  },
);

test('accepts a token that ends in a newline', async () => {
  expect(await open({ OURA_API_KEY: 'planted-key\n' })).toMatchObject({ apiKey: 'planted-key' });
});

test.each(['banana', 'http://oura.example', 'https://oura.example/?a=b'])(
  'rejects the address %s by the name of its variable',
  async (url) => {
    const message = `OURA_API_BASE_URL is "${url}"; it must be an https URL without user, password and query (http only on this machine).`;
    const refusal = { name: 'UsageError', message };
    await expect(open({ OURA_API_KEY: 'planted-key', OURA_API_BASE_URL: url })).rejects.toMatchObject(
      refusal,
    );
  },
);

test('a ring with a connection is real, and its description has no secret', async () => {
  keep(JSON.stringify(CONNECTION));
  const { kind, apiKey, baseUrl, description } = await open();
  expect({ kind, apiKey, baseUrl }).toEqual({
    kind: 'real',
    apiKey: undefined,
    baseUrl: 'https://api.ouraring.com',
  });
  expect(description).toBe('Ring      https://api.ouraring.com, connected (scopes daily, spo2)');
});

test('OURA_API_KEY takes precedence over a connection', async () => {
  keep(JSON.stringify(CONNECTION));
  const { apiKey, description } = await open({
    OURA_API_KEY: 'planted-key',
    OURA_API_BASE_URL: 'http://127.0.0.1:1',
  });
  expect(apiKey).toBe('planted-key');
  expect(description).toBe('Ring      http://127.0.0.1:1, with OURA_API_KEY');
});

test('uses a connection with OURA_API_BASE_URL', async () => {
  keep(JSON.stringify(CONNECTION));
  expect(await open({ OURA_API_BASE_URL: 'http://127.0.0.1:1' })).toMatchObject({
    baseUrl: 'http://127.0.0.1:1',
  });
});

test('rejects OURA_API_BASE_URL alone', async () => {
  await expect(open({ OURA_API_BASE_URL: 'http://127.0.0.1:1' })).rejects.toMatchObject({
    name: 'UsageError',
  });
});

test.each([
  ['half a connection', JSON.stringify({ ...CONNECTION, refresh_token: undefined })],
  ['a token by itself', 'planted-token'],
  ['half a document', '{"access_token":"planted-'],
])('%s is refused in one sentence that repeats nothing of it', async (_what, text) => {
  keep(text);
  await expect(open()).rejects.toMatchObject({
    name: 'UsageError',
    message: `${dataDir.path}/credentials.json holds no usable connection: run npm run connect -- --data-dir ${dataDir.path} to replace it.`,
  });
});
