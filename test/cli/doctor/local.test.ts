import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../../cdk/settings.ts';
import { checkDataFolder } from '../../../services/cli/doctor/data-folder.ts';
import { examineMachine } from '../../../services/cli/doctor/local.ts';
import { checkClock, checkDisk, checkNode } from '../../../services/cli/doctor/machine.ts';
import { checkKey, reachOura } from '../../../services/cli/doctor/oura.ts';
import { noteRingOfFolder, type RingKind } from '../../../services/cli/target/ring-of-folder.ts';
import { drawAccessKeys, proofOf } from '../../../services/local/data-folder/access-keys.ts';
import { CONTENTS } from '../../../services/local/data-folder/contents.ts';
import { writeRuntimeFile } from '../../../services/local/data-folder/runtime-file.ts';
import { TABLES_FILE } from '../../../services/local/data-folder/tables.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { freshDataFolder } from '../../helpers/command.ts';
import { startHttpServer, type TestServer } from '../../helpers/http-server.ts';

const TOKEN = 'planted-token-0815';

describe('machine', () => {
  test('reports a Node that is too old', () => {
    expect(checkNode('24.0.0').state).toBe('ok');
    expect(checkNode('22.18.0')).toMatchObject({
      state: 'problem',
      advice: expect.stringContaining('npm ci'),
    });
  });

  test('finds the disk of a folder that does not exist yet', async () => {
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
    expect(checkClock(now, server, 'UTC').state).toBe(state);
  });

  test('without a server, rejects a time before the installation', () => {
    expect(checkClock(now, undefined, 'UTC', now - 1000).state).toBe('ok');
    expect(checkClock(now, undefined, 'UTC', now + 86_400_000).state).toBe('problem');
  });
});

describe('data folder', () => {
  const dataDir = freshDataFolder();

  const advice = () =>
    `run npm start -- --data-dir ${dataDir.path}, or choose another folder with --data-dir`;

  test('that does not exist is a problem, whether it is misspelled or new', async () => {
    expect(await checkDataFolder(dataDir.path)).toEqual([
      {
        check: 'data folder',
        state: 'problem',
        finding: `${dataDir.path} does not exist: npm start has not run in it`,
        advice: advice(),
      },
    ]);
  });

  test('that is empty, such as of a disk that is not mounted, is a problem', async () => {
    mkdirSync(dataDir.path, { mode: 0o700 });
    expect(await checkDataFolder(dataDir.path)).toMatchObject([
      { state: 'ok' },
      {
        state: 'problem',
        finding: `${dataDir.path} is empty: npm start has not run in it`,
        advice: advice(),
      },
    ]);
  });

  test('that others can read is a warning with the command that fixes it', async () => {
    mkdirSync(dataDir.path);
    noteRingOfFolder(dataDir.path, 'real');
    chmodSync(dataDir.path, 0o755);
    expect((await checkDataFolder(dataDir.path))[0]).toEqual({
      check: 'data folder',
      state: 'warning',
      finding: `other users of this machine can read ${dataDir.path} (mode 755)`,
      advice: `run chmod 700 ${dataDir.path}`,
    });
    chmodSync(dataDir.path, 0o700);
    expect(await checkDataFolder(dataDir.path)).toMatchObject([
      { state: 'ok' },
      { check: 'process', state: 'warning', finding: 'not running: nothing syncs' },
    ]);
  });

  test('that has a space in its name is quoted in that command', async () => {
    const spaced = `${dataDir.path} of mine`;
    mkdirSync(spaced, { mode: 0o755 });
    expect((await checkDataFolder(spaced))[0]).toMatchObject({ advice: `run chmod 700 '${spaced}'` });
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

  test('is reachable with any status without a key, and returns the time', async () => {
    server.answers({ status: 401 });
    const { finding, serverTime } = await reachOura(`${server.url}/`);
    expect(finding).toMatchObject({ state: 'ok' });
    expect(Math.abs(Number(serverTime) - Date.now())).toBeLessThan(5000);
    expect(server.requests[0]).toMatchObject({ path: '/v2/usercollection/personal_info' });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('is a warning if it returns 503', async () => {
    server.answers({ status: 503 });
    expect((await reachOura(server.url)).finding).toMatchObject({
      state: 'warning',
      finding: expect.stringContaining('503'),
    });
  });

  test.each([301, 404])('is another server if it returns %i, and the key is not blamed', async (status) => {
    server.answers({ status });
    expect((await reachOura(server.url)).finding).toMatchObject({
      check: 'Oura',
      state: 'problem',
      finding: expect.stringContaining(`${status}: it is not Oura's API`),
      advice: expect.stringContaining('OURA_API_BASE_URL'),
    });
  });

  test('that does not know the request is not a problem of the key', async () => {
    server.answers({ status: 404 });
    expect(await key()).toMatchObject({
      check: 'Oura',
      state: 'problem',
      advice: expect.stringContaining('OURA_API_BASE_URL'),
    });
  });

  test('is unreachable if no server listens', async () => {
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

  test('sends no request with an invalid token', async () => {
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

  test('matches the folder', async () => {
    expect(await problems('real', real())).toEqual([]);
    expect(await problems('simulated', {})).toEqual([]);
  });

  test('is not requested from an address that must not receive a token', async () => {
    expect(await problems('real', { OURA_API_KEY: TOKEN, OURA_API_BASE_URL: 'banana' })).toEqual([
      expect.stringMatching(/^OURA_API_BASE_URL is "banana"; it must be/),
    ]);
  });

  test('does not match the folder: npm start would reject it', async () => {
    expect(await problems('simulated', real())).toEqual([
      `The data folder ${dataDir.path} belongs to a simulated ring`,
    ]);
    expect(await problems('real', {})).toEqual([
      expect.stringMatching(/belongs to a real ring but has no connection, and OURA_API_KEY is not set$/),
    ]);
  });
});

describe('a damaged note', () => {
  const dataDir = freshDataFolder();
  const findings = async (name: string, text: string) => {
    mkdirSync(dataDir.path, { mode: 0o700, recursive: true });
    const path = join(dataDir.path, name);
    writeFileSync(path, text);
    try {
      return await examineMachine(dataDir.path, {});
    } finally {
      rmSync(path);
    }
  };

  test('on the time zone is a problem with the command that corrects it', async () => {
    const found = await findings('time-zone', 'Europe/Hels');
    expect(found.filter(({ state }) => state === 'problem')).toEqual([
      {
        check: 'time zone',
        state: 'problem',
        finding: `${dataDir.path}/time-zone does not hold a time zone`,
        advice: `run npm start -- --time-zone ZONE --data-dir ${dataDir.path} with yours, such as Europe/Helsinki`,
      },
    ]);
    expect(found.map(({ check }) => check)).toEqual(expect.arrayContaining(['data folder', 'disk', 'clock']));
  });

  test('of any other kind does not end the checks', async () => {
    for (const { name } of CONTENTS.filter(({ files }) => files === undefined)) {
      const checks = (await findings(name, '\u0000{"')).map(({ check }) => check);
      expect([name, ...checks]).toEqual(expect.arrayContaining(['data folder', 'disk', 'clock']));
    }
  });
});

const folder = freshDataFolder();
test('a running npm start that cannot use its tables is a problem', async () => {
  const { path: dataDir } = folder;
  mkdirSync(dataDir, { mode: 0o700 });
  for (const name of [TABLES_FILE, 'owner.lock']) writeFileSync(join(dataDir, name), '');
  await using server = await startHttpServer();
  const message = 'dynamodb.sqlite is damaged';
  const __type = 'com.amazonaws.dynamodb.v20120810#InternalServerError';
  const keys = drawAccessKeys();
  server.answersBy(({ query: { nonce } }) =>
    nonce ? { body: { mac: proofOf(keys, server.url, nonce) } } : { status: 500, body: { __type, message } },
  );
  const outputs = {
    ...Object.fromEntries(Object.values(OUTPUT).map((output) => [output, 'x'])),
    [OUTPUT.timeZone]: 'UTC',
  };
  writeRuntimeFile(dataDir, {
    ...{ pid: 1, endpoint: server.url, consumes: true, ...keys },
    ...{ settings: readSettings({}), outputs },
  });
  const findings = await examineMachine(dataDir, {});
  expect(findings.find(({ check }) => check === 'last run')).toMatchObject({
    state: 'problem',
    finding: message,
  });
});
