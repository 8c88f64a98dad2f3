import { existsSync } from 'node:fs';
import { makeDataFolder } from '../../services/local/data-folder/data-folder.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { systemClock } from '../../shared/core/clock.ts';
import { type ChangedOura, startChangedOura } from '../helpers/changed-oura.ts';
import { freshDataFolder, runCommand } from '../helpers/command.ts';
import { APPLICATION, connect } from '../helpers/connected.ts';

const dataDir = freshDataFolder();

let ring: RingSimulator;
let oura: ChangedOura;
beforeEach(async () => {
  ring = await startRingSimulator({
    timeZone: 'Europe/Helsinki',
    clock: systemClock,
    oauth: { applications: [APPLICATION] },
  });
  oura = await startChangedOura(ring.url);
});
afterEach(async () => {
  await oura[Symbol.asyncDispose]();
  await ring.stop();
});

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runCommand(['contract', ...args], { OURA_API_BASE_URL: oura.url, ...env });
const connected = (changes: Parameters<typeof connect>[3] = {}) => {
  makeDataFolder(dataDir.path);
  return connect(dataDir.path, ring, systemClock, changes);
};
const withFolder = (...args: string[]) => run([...args, ...dataDir.option]);

test('compares the sandbox without an account', async () => {
  const { code, stdout, stderr } = await run(['--sandbox']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^Oura's sandbox at http:\S+\. Records compared with what this version reads: sleep [1-9]\d*, /,
  );
  expect(stdout).toMatch(/^0 changes, 0 new\. Nothing that this version reads has changed\.$/m);
  expect(oura.authorizations).toEqual(new Array(5).fill('Bearer sandbox'));
});

test('compares a connected account, with its date ranges, and shows no token', async () => {
  const { access_token, refresh_token, client_secret } = connected();
  const { code, stdout, stderr } = await withFolder('--format', 'json');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ source: 'account', outcome: 'unchanged', findings: [] });
  expect(ring.calls.map(({ collection }) => collection)).toContain('personal_info');
  for (const secret of [access_token, refresh_token, client_secret]) expect(stdout).not.toContain(secret);
});

test('ends with 1 if something that is read has changed', async () => {
  oura.changes = {
    record: (collection, record) => (collection === 'sleep' ? { ...record, average_hrv: 'high' } : record),
  };
  const { code, stdout } = await run(['--sandbox']);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /changed │ sleep\.average_hrv │ must be a number, and is left out \(in (\d+) of \1 records\)/,
  );
  expect(stdout).toMatch(/^1 change, 0 new\. Something that this version reads has changed\./m);
});

test('ends with 3 if Oura cannot be reached', async () => {
  const { code, stdout, stderr } = await run(['--sandbox'], { OURA_API_BASE_URL: 'http://127.0.0.1:9' });
  expect([code, stderr]).toEqual([3, '']);
  expect(stdout).toMatch(/^Oura's sandbox at \S+ Records compared with what this version reads: none\.$/m);
  expect(stdout).toMatch(
    /not reached │ sleep +│ Oura is unavailable on sleep: network error \(ECONNREFUSED\)/,
  );
  expect(stdout).toMatch(/^0 changes, 0 new\. Not decided: Oura cannot be reached/m);
});

test('without a connection, names both ways to check', async () => {
  const { code, stdout, stderr } = await withFolder();
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /^Not connected: run npm run connect -- --data-dir \S+, or run npm run contract -- --sandbox, which needs no account\.\n$/,
  );
  expect(existsSync(dataDir.path)).toBe(false);
});

test('does not use up the refresh token of a connection whose access token has expired', async () => {
  connected({ expires_at: '2026-01-01T00:00:00Z' });
  const { code, stderr } = await withFolder();
  expect(code).toBe(2);
  expect(stderr).toMatch(/^The access token has expired: run npm start -- --once .*\n$/);
  expect(oura.authorizations).toEqual([]);
});

test('a token that Oura rejects is for the user to replace', async () => {
  const { code, stdout, stderr } = await run(dataDir.option, { OURA_API_KEY: 'rejected-token' });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^Oura rejected the credentials on sleep \(401\): reconnect .*\n$/);
  expect(stderr).not.toContain('rejected-token');
});

test.each([['--aws'], ['--stack', 'other'], ['--data-dir', 'folder']])(
  'rejects --sandbox with %s',
  async (...other) => {
    const { code, stderr } = await run(['--sandbox', ...other]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^option '--sandbox' cannot be used with option '--(aws|data-dir <dir>)'\.\n$/);
  },
);

test('--help explains the exit codes', async () => {
  const { code, stdout } = await run(['--help']);
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('3: not decided, because Oura cannot be reached.');
});
