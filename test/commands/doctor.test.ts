import { truncateSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startAwsFront } from '../helpers/aws-front.ts';
import { freshDataFolder, runCommand, startCommand } from '../helpers/command.ts';

const TOKEN = 'planted-token-4711';
const dataDir = freshDataFolder();

const doctor = (args: string[] = [], env: Record<string, string> = {}) =>
  runCommand(['doctor', ...dataDir.option, ...args], env);
const findings = async (env: Record<string, string> = {}) => {
  const { code, stdout, stderr } = await doctor(['--format', 'json'], env);
  expect(stderr).toBe('');
  const found: { check: string; state: string; finding: string; advice: string | null }[] =
    JSON.parse(stdout);
  return { code, of: (check: string) => found.find((finding) => finding.check === check) };
};

test('advises npm start for a folder that does not exist, exit code 1, and creates no folder', async () => {
  const { code, stdout } = await doctor();
  expect(code).toBe(1);
  expect(stdout).toContain('the ring is simulated');
  expect(stdout).toContain(`→ run npm start -- --data-dir ${dataDir.path}, or choose another folder`);
  expect(stdout).toContain('1 problem, 0 warnings.');
  expect((await runCommand(['status', ...dataDir.option])).code).toBe(2);
});

test('finds the running process, its last run and its newest night', async () => {
  const start = startCommand(['start', '--days', '1', ...dataDir.option]);
  await start.printed('Next sync');
  const { code, of } = await findings();
  expect(code).toBe(0);
  expect(of('process')?.finding).toContain(String(start.process.pid));
  expect(of('last run')).toMatchObject({ state: 'ok', finding: expect.stringContaining('complete (manual') });
  expect(of('newest night')).toMatchObject({ state: 'ok' });
  start.process.kill('SIGINT');
  await start.ended;
});

test('after an outage says what is parked and how to redrive it, exit code 1', async () => {
  const args = ['--once', '--days', '2', '--ring', 'down', '--retry-base', '0.05'];
  await runCommand(['start', ...args, ...dataDir.option]);
  const { code, of } = await findings();
  expect(code).toBe(1);
  expect(of('last run')).toMatchObject({
    state: 'problem',
    finding: expect.stringContaining('2 of 2'),
    advice: `run npm run failures -- --data-dir ${dataDir.path} to see why`,
  });
  expect(of('parked')).toMatchObject({
    state: 'problem',
    advice: `to see why, run npm run failures -- --data-dir ${dataDir.path}; to retry, run npm run redrive -- --data-dir ${dataDir.path}`,
  });
});

test('names a damaged file, and everything to do again in a new folder', async () => {
  await runCommand(['start', '--once', '--days', '1', ...dataDir.option]);
  truncateSync(join(dataDir.path, 'dynamodb.sqlite'), 4096);
  const { code, of } = await findings();
  expect(code).toBe(1);
  expect(of('last run')).toMatchObject({
    state: 'problem',
    finding: expect.stringContaining('dynamodb.sqlite is damaged'),
    advice:
      'if the disk is full, free space; otherwise move the folder away, and connect your ring and import your workouts again: npm start then requests the nights again',
  });
});

test('reports a rejected key without printing it, exit code 1', async () => {
  const server = createServer((_request, response) => response.writeHead(401).end('{"detail":"invalid"}'));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const env = { OURA_API_BASE_URL: `http://127.0.0.1:${port}`, OURA_API_KEY: TOKEN };
  const { code, stdout, stderr } = await doctor([], env);
  server.close();
  expect(code).toBe(1);
  expect(stdout).toMatch(/problem .*key .*rejected the credentials/);
  expect(stdout).toContain('→ set OURA_API_KEY');
  expect(stdout + stderr).not.toContain(TOKEN);
});

test('reports a server without a key', async () => {
  const { code, of } = await findings({ OURA_API_BASE_URL: 'http://127.0.0.1:1' });
  expect(code).toBe(1);
  expect(of('key')).toMatchObject({ state: 'problem' });
});

test('checks AWS with --aws and reports a missing stack, exit code 1', async () => {
  await using front = await startAwsFront();
  const { code, stdout, stderr } = await doctor(['--aws'], front.env('http://127.0.0.1:1'));
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toContain('arn:aws:iam::123456789012:user/me in account 123456789012');
  expect(stdout).toMatch(/problem .*stack .*There is no stack OuraSleepSync/);
  expect(stdout).toContain('1 problem, 0 warnings.');
});

test.each([
  ['an unknown format', ['--format', 'xml'], /xml/],
  ['an unknown flag', ['--awz'], /--awz/],
])('rejects %s with exit code 2', async (_what, args, sentence) => {
  const { code, stderr } = await doctor(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(sentence);
});
