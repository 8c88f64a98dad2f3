import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { freshDataFolder, runCommand } from '../helpers/command.ts';

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
  ['a first day in the future', ['start', '--once', '--from', '2099-01-01'], /--from 2099-01-01.*future/],
  ['a date that is none', ['start', '--once', '--from', '2026-02-30'], /YYYY-MM-DD/],
  ['a number of days below one', ['start', '--once', '--days', '0'], /whole number/],
  ['days together with a range', ['start', '--once', '--days', '3', '--from', '2026-01-01'], /--days/],
  ['a time without offset', ['start', '--once', '--now', '2026-03-10T12:00:00'], /offset/],
  ['a zone that is none', ['start', '--once', '--time-zone', 'Mars/Olympus'], /time zone/],
  ['a retry base that is no number', ['start', '--once', '--retry-base', 'soon'], /number/],
  ['a backfill from nowhere', ['backfill'], /--from/],
  ['a backfill from the future', ['backfill', '--from', '2099-01-01'], /--from 2099-01-01.*future/],
  [
    'a backfill to the future',
    ['backfill', '--from', '2026-01-01', '--to', '2099-01-01'],
    /--to 2099-01-01.*future/,
  ],
  [
    'a reversed backfill',
    ['backfill', '--from', '2026-03-05', '--to', '2026-03-01'],
    /2026-03-05.*2026-03-01/,
  ],
  ['a backfill of two millennia', ['backfill', '--from', '0026-01-01'], /36500 dates at most/],
  ['a simulated ring on AWS', ['backfill', '--from', '2026-01-01', '--aws', '--seed', '2'], /--aws.*--seed/],
  ['a format that is none', ['export', '--format', 'xml'], /json/],
  ['an export of nothing', ['export'], /npm start/],
])('%s is refused in one sentence with exit 2', async (_what, args, sentence) => {
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

test('a base URL without a key is refused', async () => {
  const ended = await run(['start', '--once'], { OURA_API_BASE_URL: 'http://127.0.0.1:1' });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('OURA_API_KEY');
});

test('a file where the data folder should be is refused in one sentence', async () => {
  await mkdir(dirname(dataDir.path), { recursive: true });
  await writeFile(dataDir.path, 'not a folder');
  const ended = await run(['start', '--once']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(dataDir.path);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});

test('a folder of somebody else is not looked into, and left as it is', async () => {
  await mkdir(dataDir.path, { recursive: true, mode: 0o755 });
  const ended = await run(['status']);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('npm start');
  expect(await readdir(dataDir.path)).toEqual([]);
});

test('real and simulated nights are not mixed in one folder', async () => {
  await mkdir(dataDir.path, { recursive: true });
  await writeFile(join(dataDir.path, 'ring'), 'real');
  const ended = await run(['start', '--once']);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('OURA_API_KEY');
  expect(await readdir(dataDir.path)).toEqual(['ring']);
});

test('a data folder with rubbish in it is refused in one sentence', async () => {
  await mkdir(join(dataDir.path, 'dynamodb'), { recursive: true });
  await writeFile(join(dataDir.path, 'dynamodb', 'CURRENT'), 'rubbish');
  const ended = await run(['start', '--once']);
  expect(ended.code).toBe(2);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});

test('a port in use is refused in one sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const ended = await run(['start', '--once', '--port', String(port)]);
  server.close();
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(String(port));
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});

test('an unreachable server loses nothing: the dates are parked, the run says failed, exit 1', async () => {
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
