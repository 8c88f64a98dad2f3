import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDataFolder } from '../../../services/cli/doctor/data-folder.ts';
import { examineMachine } from '../../../services/cli/doctor/local.ts';
import { checkClock, checkDisk, checkNode } from '../../../services/cli/doctor/machine.ts';
import { checkKey, reachOura } from '../../../services/cli/doctor/oura.ts';
import { noteRingOfFolder, type RingKind } from '../../../services/cli/target/ring-of-folder.ts';
import { freshDataFolder } from '../../helpers/command.ts';
import { startHttpServer, type TestServer } from '../../helpers/http-server.ts';

const TOKEN = 'planted-token-0815';

describe('machine', () => {
  test('knows a Node that is too old', () => {
    expect(checkNode('24.0.0').state).toBe('ok');
    expect(checkNode('22.18.0')).toMatchObject({
      state: 'problem',
      advice: expect.stringContaining('npm ci'),
    });
  });

  test('finds the disk of a folder that is not there yet', async () => {
    expect(await checkDisk('/tmp/not/there/yet')).toMatchObject({
      finding: expect.stringMatching(/\d+ [GM]B free/),
    });
  });

  const now = Date.parse('2026-03-10T12:00:00Z');
  test.each([
    ['as the server', now + 60_000, 'ok'],
    ['ten minutes ahead', now - 600_000, 'problem'],
    ['a day behind', now + 86_400_000, 'problem'],
  ])('judges a clock that is %s', (_what, server, state) => {
    expect(checkClock(now, server).state).toBe(state);
  });

  test('knows without a server that it cannot be earlier than when it was installed', () => {
    expect(checkClock(now, undefined, now - 1000).state).toBe('ok');
    expect(checkClock(now, undefined, now + 86_400_000).state).toBe('problem');
  });
});

describe('data folder', () => {
  const dataDir = freshDataFolder();

  test('is fine where it is still to be made', async () => {
    expect(await checkDataFolder(dataDir.path)).toMatchObject(
      [{ state: 'ok', finding: /npm start makes it/ }].map((f) => ({
        ...f,
        finding: expect.stringMatching(f.finding),
      })),
    );
  });

  test('that others may look into is a warning, with the command that closes it', async () => {
    mkdirSync(dataDir.path);
    chmodSync(dataDir.path, 0o755);
    expect((await checkDataFolder(dataDir.path))[0]).toEqual({
      check: 'data folder',
      state: 'warning',
      finding: `${dataDir.path} is open to other users of this machine (mode 755)`,
      advice: `chmod 700 ${dataDir.path}`,
    });
    chmodSync(dataDir.path, 0o700);
    expect(await checkDataFolder(dataDir.path)).toMatchObject([{ state: 'ok' }, { state: 'ok' }]);
  });

  test('that has a space in its name is quoted in that command', async () => {
    const spaced = `${dataDir.path} of mine`;
    mkdirSync(spaced, { mode: 0o755 });
    expect((await checkDataFolder(spaced))[0]).toMatchObject({ advice: `chmod 700 '${spaced}'` });
  });

  test('that is a file is a problem', async () => {
    writeFileSync(dataDir.path, '');
    expect(await checkDataFolder(dataDir.path)).toMatchObject([{ state: 'problem' }]);
    expect(await checkDataFolder(join(dataDir.path, 'below'))).toMatchObject([{ state: 'problem' }]);
  });
});

describe('Oura', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startHttpServer();
  });
  afterEach(() => server.close());
  const key = (token = TOKEN) =>
    checkKey({ baseUrl: server.url, today: '2026-03-10' }, token, 'mend the key');

  test('is reached whatever it answers without a key, and tells the time', async () => {
    server.answers({ status: 401 });
    const { finding, serverTime } = await reachOura(`${server.url}/`);
    expect(finding).toMatchObject({ state: 'ok' });
    expect(Math.abs(Number(serverTime) - Date.now())).toBeLessThan(5000);
    expect(server.requests[0]).toMatchObject({ path: '/v2/usercollection/personal_info' });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('is in trouble where it answers 503', async () => {
    server.answers({ status: 503 });
    expect((await reachOura(server.url)).finding).toMatchObject({
      state: 'warning',
      finding: expect.stringContaining('503'),
    });
  });

  test.each([301, 404])('is not what answers %i, and no key is blamed for it', async (status) => {
    server.answers({ status });
    expect((await reachOura(server.url)).finding).toMatchObject({
      check: 'Oura',
      state: 'problem',
      finding: expect.stringContaining(`${status}: it is not Oura's API`),
      advice: expect.stringContaining('OURA_API_BASE_URL'),
    });
  });

  test('whose API does not know the request has no quarrel with the key', async () => {
    server.answers({ status: 404 });
    expect(await key()).toMatchObject({
      check: 'Oura',
      state: 'problem',
      advice: expect.stringContaining('OURA_API_BASE_URL'),
    });
  });

  test('is out of reach where nobody listens', async () => {
    await server.close();
    expect((await reachOura(server.url)).finding).toMatchObject({
      state: 'problem',
      finding: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('accepts a key', async () => {
    server.answers({ body: { data: [], next_token: null } });
    expect(await key()).toMatchObject({ state: 'ok' });
    expect(await key(`${TOKEN}\n`)).toMatchObject({ state: 'ok' });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${TOKEN}`,
      `Bearer ${TOKEN}`,
    ]);
  });

  test.each([
    ['a rejected key', { status: 401 }, /rejected.*401/],
    ['a lapsed membership', { status: 403 }, /membership/],
  ])('says what is wrong with %s, and never the key', async (_what, answer, sentence) => {
    server.answers(answer);
    const finding = await key();
    expect(finding).toMatchObject({ state: 'problem', advice: 'mend the key' });
    expect(finding.finding).toMatch(sentence);
    expect(JSON.stringify(finding)).not.toContain(TOKEN);
  });

  test('does not blame the key for an outage', async () => {
    server.answers({ status: 503 });
    expect(await key()).toMatchObject({ state: 'warning' });
  });

  test('asks nothing with what cannot be a token', async () => {
    expect(await key(`"${TOKEN} "`)).toMatchObject({ state: 'problem' });
    expect(await key('  ')).toMatchObject({ state: 'problem' });
    expect(server.requests).toEqual([]);
  });
});

describe('the ring', () => {
  const dataDir = freshDataFolder();
  let server: TestServer;
  beforeEach(async () => {
    mkdirSync(dataDir.path, { mode: 0o700 });
    server = await startHttpServer();
    server.answers({ body: { data: [], next_token: null } });
  });
  afterEach(() => server.close());
  const problems = async (kind: RingKind, env: NodeJS.ProcessEnv) => {
    noteRingOfFolder(dataDir.path, kind);
    const findings = await examineMachine(dataDir.path, env);
    return findings.filter(({ state }) => state === 'problem').map(({ finding }) => finding);
  };
  const real = () => ({ OURA_API_KEY: TOKEN, OURA_API_BASE_URL: server.url });

  test('is the one that the folder is for', async () => {
    expect(await problems('real', real())).toEqual([]);
    expect(await problems('simulated', {})).toEqual([]);
  });

  test('is asked for at no address that a token may not be sent to', async () => {
    expect(await problems('real', { OURA_API_KEY: TOKEN, OURA_API_BASE_URL: 'banana' })).toEqual([
      expect.stringMatching(/^OURA_API_BASE_URL is "banana"; it must be/),
    ]);
  });

  test('is another one than the folder is for: npm start would refuse it', async () => {
    expect(await problems('simulated', real())).toEqual([
      `The data folder ${dataDir.path} belongs to a simulated ring`,
    ]);
    expect(await problems('real', {})).toEqual([
      expect.stringMatching(/belongs to a real ring but neither a connection nor OURA_API_KEY is there$/),
    ]);
  });
});
