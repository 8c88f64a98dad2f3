import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { freshDataFolder, runCommand, startCommand } from '../helpers/command.ts';

const dataDir = freshDataFolder();

const run = (args: string[], env: Record<string, string> = {}) =>
  runCommand([...args, ...dataDir.option], env);

test.each([
  ['an unknown flag', ['start', '--onec'], /--onec/],
  ['an unknown command', ['strat'], /strat/],
  [
    'a reversed range',
    ['start', '--once', '--from', '2026-03-05', '--to', '2026-03-01'],
    /2026-03-05.*2026-03-01/,
  ],
  ['a date in the future', ['start', '--once', '--from', '2099-01-01', '--to', '2099-01-02'], /2099/],
  ['a first day in the future', ['start', '--once', '--from', '2099-01-01'], /2099-01-01 is in the future/],
  ['an invalid date', ['start', '--once', '--from', '2026-02-30'], /YYYY-MM-DD/],
  ['a number of days below one', ['start', '--once', '--days', '0'], /whole number/],
  [
    'a number of days together with a range',
    ['start', '--once', '--days', '3', '--from', '2026-01-01'],
    /--days/,
  ],
  ['a time without offset', ['start', '--once', '--now', '2026-03-10T12:00:00'], /offset/],
  ['an unknown time zone', ['start', '--once', '--time-zone', 'Mars/Olympus'], /time zone/],
  ['a retry base that is not a number', ['start', '--once', '--retry-base', 'soon'], /number/],
  ['webhooks over plain http', ['start', '--webhook-url', 'http://example.com/oura'], /--webhook-url.*https/],
  [
    'webhooks at the loopback address of IPv6',
    ['start', '--webhook-url', 'http://[::1]:8766/oura'],
    /--webhook-url.*127\.0\.0\.1/,
  ],
  ['webhooks without a path', ['start', '--webhook-url', 'https://example.com'], /--webhook-url.*path/],
  ['webhooks with a query', ['start', '--webhook-url', 'https://example.com/oura?a=b'], /--webhook-url/],
  [
    'webhooks with a password',
    ['start', '--webhook-url', 'https://me:secret@example.com/oura'],
    /--webhook-url/,
  ],
  [
    'webhooks for a single run',
    ['start', '--once', '--webhook-url', 'https://example.com/oura'],
    /--webhook-url.*--once/,
  ],
  ['a port of webhooks without their address', ['start', '--webhook-port', '8766'], /needs --webhook-url/],
  [
    'webhooks of this machine on AWS',
    ['start', '--aws', '--once', '--webhook-port', '8766'],
    /--aws.*--webhook-port/,
  ],
  ['a backfill without a start', ['backfill'], /--from/],
  ['a backfill from the future', ['backfill', '--from', '2099-01-01'], /2099-01-01 is in the future/],
  [
    'a backfill into the future',
    ['backfill', '--from', '2026-01-01', '--to', '2099-01-01'],
    /2099-01-01 is in the future/,
  ],
  [
    'a reversed backfill',
    ['backfill', '--from', '2026-03-05', '--to', '2026-03-01'],
    /2026-03-05.*2026-03-01/,
  ],
  ['a backfill of two millennia', ['backfill', '--from', '0026-01-01'], /more than 36500 dates/],
  ['a simulated ring on AWS', ['backfill', '--from', '2026-01-01', '--aws', '--seed', '2'], /--aws.*--seed/],
  ['an unknown format', ['export', '--format', 'xml'], /json/],
  ['an empty file name', ['export', '--out', ''], /--out.*path/],
  ['too many arguments', ['status', 'json'], /too many arguments for 'status'.*got 1: json\.$/m],
  ['an export without data', ['export'], /npm start/],
])('rejects %s in one sentence with exit code 2', async (_what, args, sentence) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test.each(['start', 'backfill', 'export', 'status'])('%s has a help text', async (command) => {
  const { code, stdout } = await runCommand([command, '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('--data-dir');
});

test('rejects an empty data folder name instead of using the current folder', async () => {
  const { code, stderr } = await runCommand(['status', '--data-dir', '']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^.*--data-dir.*path\.\n$/) });
});

test('a leading ~ of a path is the home folder, also where no shell expands it', async () => {
  const home = dirname(dataDir.path);
  const inHome = async (args: string[], env: Record<string, string> = {}) =>
    (await runCommand(args, { HOME: home, ...env })).stderr;
  expect(await inHome(['status', '--data-dir=~/none'])).toContain(
    `npm start has not run in ${home}/none yet`,
  );
  expect(await inHome(['status', '--data-dir', '~'])).toContain(`npm start has not run in ${home} yet`);
  expect(await inHome(['status', '--data-dir', '~none'])).toContain('npm start has not run in ~none yet');
  expect(await inHome(['restore', '--from=~/b.tgz'])).toContain(`The file ${home}/b.tgz cannot be read`);
  expect(
    await inHome(['start', '--once', '--data-dir=~/none'], { OURA_SYNC_SETTINGS: '~/s.json' }),
  ).toContain(`OURA_SYNC_SETTINGS names ${home}/s.json, which does not exist`);
});

test('the help says which options are required or implied', async () => {
  const help = (await runCommand(['backfill', '--help'])).stdout.replaceAll(/\s+/g, ' ');
  expect(help).toContain('--from <date> first day (YYYY-MM-DD); required unless --recompute');
  expect(help).toContain('--stack <name> name of the deployed stack; implies --aws');
});

describe('under npm', () => {
  const underNpm = (script: string, args: string[], taken: Record<string, string>) =>
    run([script, ...args], { npm_lifecycle_event: script, ...taken });

  test.each([
    ['redrive', [], { npm_config_dry_run: 'true' }, '--dry-run', 'npm run redrive -- --dry-run'],
    ['start', [], { npm_config_once: 'true' }, '--once', 'npm start -- --once'],
    ['backfill', ['2026-01-01'], { npm_config_from: 'true' }, '--from', 'npm run backfill -- --from <date>'],
    ['gaps', [], { npm_config_from: '2026-01-01' }, '--from', 'npm run gaps -- --from <date>'],
    // npm completes it to an option of its own.
    ['gaps', [], { npm_config_token_description: '2026-01-01' }, '--to', 'npm run gaps -- --to <date>'],
    ['connect', [], { npm_config_open: '' }, '--no-open', 'npm run connect -- --no-open'],
  ])('rejects %s %j with %j and does nothing', async (script, args, taken, option, command) => {
    expect(await underNpm(script, args, taken)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `npm kept ${option} for itself: put -- before the options, as in ${command}.\n`,
    });
  });

  test('accepts an option after --', async () => {
    const { stderr } = await underNpm('redrive', ['--dry-run'], { npm_config_dry_run: 'true' });
    expect(stderr).toContain('npm start has not run in');
  });

  test('ignores options that npm keeps for another script, and other options', async () => {
    const elsewhere = await run(['redrive'], { npm_lifecycle_event: 'test', npm_config_dry_run: 'true' });
    expect(elsewhere.stderr).toContain('npm start has not run in');
    const others = await underNpm('redrive', [], { npm_config_once: 'true', npm_config_dry_run: '' });
    expect(others.stderr).toContain('npm start has not run in');
  });

  test.each([
    // npm takes --format for its --format-package-lock, and leaves the value.
    ['gaps', ['json'], /^too many arguments .*got 1: json\. If npm .*: npm run gaps -- OPTIONS\.\n$/],
    ['start', ['3'], /^too many arguments .*got 1: 3\. If npm .*: npm start -- OPTIONS\.\n$/],
    ['webhooks', ['json'], /'json' is invalid for argument .*: npm run webhooks -- OPTIONS\.\n$/],
  ])(
    'advises -- for an argument that may be the value of a kept option: %s %j',
    async (script, args, sentence) => {
      // Without the options of the data folder, which come through only after --.
      const { code, stderr } = await runCommand([script, ...args], { npm_lifecycle_event: script });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(sentence) });
    },
  );

  test('says nothing about -- if too many arguments came with an option', async () => {
    expect((await underNpm('status', ['json'], {})).stderr).toMatch(/^too many arguments .*got 1: json\.\n$/);
  });
});

test('starts nothing if a simulated ring and OURA_API_KEY are both set', async () => {
  const ended = await run(['start', '--once', '--ring', 'down'], { OURA_API_KEY: 'planted-token-0003' });
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toBe('--ring needs a simulated ring, but OURA_API_KEY is set: unset it.\n');
});

test.each([
  ['a key that is not a token', { OURA_API_KEY: 'planted token' }, /^OURA_API_KEY is not a token: [^\n]*\n$/],
  [
    'an invalid address',
    { OURA_API_KEY: 'planted-token-0004', OURA_API_BASE_URL: 'banana' },
    /^OURA_API_BASE_URL is "banana"; [^\n]*\n$/,
  ],
  [
    'an address with a password',
    { OURA_API_KEY: 'planted-token-0005', OURA_API_BASE_URL: 'https://me:planted@api.ouraring.com' },
    /^OURA_API_BASE_URL is "https:\/\/…@api\.ouraring\.com"; [^\n]*\n$/,
  ],
])('rejects %s before anything starts, and prints no token', async (_what, env, sentence) => {
  const ended = await run(['start', '--once'], env);
  expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) });
  expect(ended.stderr).not.toContain('planted');
  await expect(readdir(dataDir.path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test("reports another user's folder as not accessible, not as missing", async () => {
  await mkdir(dataDir.path, { recursive: true });
  // Root can read everything, so the command runs as the user nobody.
  const otherUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
  if (!otherUser) await chmod(dataDir.path, 0o000);
  const { code, stderr } = await startCommand(['status', ...dataDir.option], {}, otherUser).ended;
  if (!otherUser) await chmod(dataDir.path, 0o700);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `Cannot read ${dataDir.path} (not permitted): chown it to yourself, or choose another folder with --data-dir.\n`,
  });
});

test('rejects a base URL without a key', async () => {
  const ended = await run(['start', '--once'], { OURA_API_BASE_URL: 'http://127.0.0.1:1' });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('OURA_API_KEY');
});

test('rejects a file in place of the data folder in one sentence', async () => {
  await mkdir(dirname(dataDir.path), { recursive: true });
  await writeFile(dataDir.path, 'not a folder');
  const ended = await run(['start', '--once']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(dataDir.path);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});

test("does not read or change another program's folder", async () => {
  await mkdir(dataDir.path, { recursive: true, mode: 0o755 });
  const ended = await run(['status']);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('npm start');
  expect(await readdir(dataDir.path)).toEqual([]);
});

test('does not mix real and simulated nights in one folder', async () => {
  await mkdir(dataDir.path, { recursive: true });
  await writeFile(join(dataDir.path, 'ring'), 'real');
  const ended = await run(['start', '--once']);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('OURA_API_KEY');
  expect(await readdir(dataDir.path)).toEqual(['ring']);
});

test('rejects a corrupt data folder in one sentence', async () => {
  await mkdir(join(dataDir.path, 'dynamodb'), { recursive: true });
  await writeFile(join(dataDir.path, 'dynamodb', 'CURRENT'), 'rubbish');
  const ended = await run(['start', '--once']);
  expect(ended.code).toBe(2);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});

test('rejects a port in use in one sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const ended = await run(['start', '--once', '--port', String(port)]);
  server.close();
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(String(port));
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});

test('parks the dates if the server is unreachable, and the run fails with exit code 1', async () => {
  const unreachable = { OURA_API_BASE_URL: 'http://127.0.0.1:1', OURA_API_KEY: 'planted-token-0001' };
  const ended = await run(['start', '--once', '--days', '2', '--retry-base', '0.1'], unreachable);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('failed');
  expect(ended.stdout).toContain('OuraUnavailable');
  const status = JSON.parse((await run(['status', '--format', 'json'])).stdout);
  expect(status).toMatchObject({
    last_run: { status: 'failed', counts: { planned: 2, failed: 2 } },
    queues: { work: 0, dead_letter: 0, parked: 2 },
  });
});

test('a rejected key fails the run at once and queues nothing', async () => {
  const server = createServer((_request, response) => response.writeHead(401).end('{"detail":"invalid"}'));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const env = { OURA_API_BASE_URL: `http://127.0.0.1:${port}`, OURA_API_KEY: 'planted-token-0002' };
  const ended = await run(['start', '--once'], env);
  server.close();
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('reconnect needed');
  const status = JSON.parse((await run(['status', '--format', 'json'])).stdout);
  expect(status).toMatchObject({
    last_run: { status: 'failed', counts: { planned: 0 } },
    queues: { work: 0, parked: 0 },
  });
});

test('every command refuses a folder with other files, and leaves its mode and content as they are', async () => {
  await mkdir(dataDir.path, { mode: 0o755 });
  await writeFile(join(dataDir.path, 'thesis.docx'), 'years of work');
  for (const command of ['start', 'connect', 'doctor', 'export']) {
    expect(await run([command])).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: expect.stringMatching(/^The folder \S+ is not empty and not a data folder, .*--data-dir\.\n$/),
    });
  }
  expect(await readdir(dataDir.path)).toEqual(['thesis.docx']);
  expect((await stat(dataDir.path)).mode & 0o777).toBe(0o755);
});

test('status and logs of a folder without a service say the same, exit code 1', async () => {
  const [status, logs] = [await run(['service', 'status']), await run(['service', 'logs'])];
  expect(status).toMatchObject({ code: 1, stdout: expect.stringMatching(/^Not installed\. To install /) });
  expect(logs).toEqual(status);
});

test('a service that cannot be installed says only that, nothing of the variables that it would lack, and writes nothing', async () => {
  const install = ['service', 'install', '--notify', 'https://example.com/topic'];
  const { code, stdout, stderr } = await run(install, { PATH: '', NO_PROXY: 'example.com' });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^\S+ is not installed: .*\.\n$/);
  expect(await readdir(dirname(dataDir.path))).toEqual([]);
});
