import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, freshDataFolder, runCommand } from '../helpers/command.ts';
import { freshConnectedRing } from '../helpers/connected-ring.ts';

const oura = freshConnectedRing();
const dataDir = freshDataFolder();

/** Values that may appear only in the credentials file: the client secret and each issued code and token. */
const planted = () => [oura.clientSecret, ...oura.ring.oauth.secrets];

/** The kinds of secrets found in `bytes`, not their values. */
const foundIn = (bytes: string): string[] =>
  planted().flatMap((secret) => (bytes.includes(secret) ? (/^[a-z]+/.exec(secret)?.[0] ?? 'secret') : []));

/** Reads a file of /proc; empty if the process has ended. */
const procFile = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

/** The arguments of the descendants of `pid`. */
const argumentsBelow = (pid: number): string[] =>
  procFile(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter(Boolean)
    .flatMap((child) => [procFile(`/proc/${child}/cmdline`), ...argumentsBelow(Number(child))]);

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test('no secret appears in the output of commands, the process list, or any file but the credentials file', async () => {
  const outputs = new Map<string, Ended>();
  const listed: string[] = [];
  let seen = 0;
  const look = () => {
    const commands = argumentsBelow(process.pid);
    seen += commands.filter((line) => line.includes(dataDir.path)).length;
    listed.push(...commands.flatMap(foundIn));
  };
  const run = async (name: string, ...args: string[]) => {
    const command = runCommand([name, ...args, ...dataDir.option], { ...oura.env });
    const watch = setInterval(look, 100);
    outputs.set(
      `${outputs.size} ${name} ${args.join(' ')}`,
      await command.finally(() => clearInterval(watch)),
    );
  };

  outputs.set('connect', await oura.connect(dataDir.option, {}, { during: look }));
  await run('connect', '--status');
  await run('start', '--once', '--days', '2');
  await run('contract', '--format', 'json');

  // A successful refresh, a postponed one, and a rejected one.
  const expire = () => {
    const path = join(dataDir.path, 'credentials.json');
    const kept = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...kept, expires_at: '2026-01-01T00:00:00Z' }));
    oura.ring.oauth.expireAccessTokens();
  };
  expire();
  await run('start', '--once', '--days', '3');
  expect(oura.ring.oauth.refreshes).toBe(1);
  expire();
  oura.ring.faults.next(1, 'rate_limited', { collection: 'token' });
  await run('start', '--once', '--days', '4', '--retry-base', '0.1');
  expire();
  oura.ring.oauth.revokeAll();
  await run('start', '--once', '--days', '5');
  await run('connect', '--status', '--format', 'json');
  for (const name of ['status', 'doctor', 'export', 'gaps', 'failures', 'contract']) await run(name);
  outputs.set('denied', await oura.connect(dataDir.option, { decision: 'deny' }));
  const wrong = { OURA_CLIENT_SECRET: `${oura.clientSecret}x` };
  outputs.set('wrong secret', await oura.connect(dataDir.option, {}, { env: wrong }));
  writeFileSync(`${dataDir.path}.grant`, JSON.stringify(oura.grant({ expires_at: oura.clientSecret })));
  await run('connect', '--import', `${dataDir.path}.grant`);

  expect(seen).toBeGreaterThan(0);
  expect(listed).toEqual([]);
  for (const [name, { stdout, stderr }] of outputs)
    expect([name, foundIn(stdout + stderr)]).toEqual([name, []]);
  const files = filesOf(dataDir.path);
  const leaking = files.filter((file) => foundIn(readFileSync(file, 'latin1')).length > 0);
  // Finding the secrets in their own file shows that the search works.
  expect(leaking).toEqual([join(dataDir.path, 'credentials.json')]);
  expect(files.some((file) => file.endsWith('log.jsonl'))).toBe(true);
  expect(files.some((file) => /template/.test(file))).toBe(true);
}, 180_000);
