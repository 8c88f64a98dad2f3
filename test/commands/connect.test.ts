import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAwsFront } from '../helpers/aws-front.ts';
import { freshDataFolder, runCommand, startCommand } from '../helpers/command.ts';
import { freshConnectedRing } from '../helpers/connected-ring.ts';
import { startHttpServer } from '../helpers/http-server.ts';
import { runtimeOf } from '../helpers/runtime-of.ts';

const oura = freshConnectedRing();
const dataDir = freshDataFolder();
const run = (command: string, ...args: string[]) =>
  runCommand([command, ...args, ...dataDir.option], { ...oura.env });
const path = () => join(dataDir.path, 'credentials.json');
const kept = () => JSON.parse(readFileSync(path(), 'utf8'));
const status = async () => {
  const { code, stdout } = await run('connect', '--status', '--format', 'json');
  return { code, ...JSON.parse(stdout) };
};
const importing = async (change: Record<string, unknown> = {}, mode = 0o600) => {
  const file = `${dataDir.path}.grant`;
  writeFileSync(file, JSON.stringify(oura.grant(change)), { mode });
  return { file, ...(await run('connect', '--import', file)) };
};

test('stores a grant for its owner only, tests it once, and the next start uses it', async () => {
  const { code, stdout, stderr } = await oura.connect(dataDir.option);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('create an application or open your own');
  expect(stdout).toMatch(/Connected as user \S+, scopes daily, spo2\. Stored in \S+credentials\.json\./);
  expect(stdout).toContain(`Next: npm start -- --data-dir ${dataDir.path}`);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(kept()).toMatchObject({ token_url: oura.tokenUrl, scopes: ['daily', 'spo2'], refreshed_at: null });

  const start = await run('start', '--once', '--days', '2');
  expect(start.stderr).toBe('');
  expect(start.code).toBe(0);
  expect(start.stdout).toContain(`Ring      ${oura.ring.url}, connected (scopes daily, spo2)`);
  expect(start.stdout).toContain('2 nights written');
  expect(oura.ring.oauth.tokenCalls).toMatchObject([{ grantType: 'authorization_code', status: 200 }]);
  expect(await status()).toMatchObject({
    code: 0,
    state: 'connected',
    client_id: oura.clientId,
    missing_scopes: [],
  });
});

test('--status prints the user, scopes, expiry and last refresh', async () => {
  await oura.connect(dataDir.option);
  const { code, stdout } = await run('connect', '--status');
  expect(code).toBe(0);
  for (const text of ['connected', oura.clientId, oura.tokenUrl, 'daily, spo2', 'none yet'])
    expect(stdout).toContain(text);
  expect(stdout).toMatch(/user\s+│ [0-9a-f-]{36}/);
});

test('--status distinguishes an unused connection from a rejected one', async () => {
  const statusOf = async (env: Record<string, string>) => {
    const look = ['connect', '--status', ...dataDir.option];
    const { code, stdout } = await runCommand(look, env);
    const json = JSON.parse((await runCommand([...look, '--format', 'json'], env)).stdout);
    return { code, stdout, state: json.state, reason: json.reason };
  };
  const away = { OURA_API_BASE_URL: 'http://127.0.0.1:1' };
  await importing();
  const untried = await statusOf(away);
  expect(untried).toMatchObject({ code: 0, state: 'not_tried', reason: 'Oura does not respond now' });
  expect(untried.stdout).toMatch(/state\s+│ stored, but no run has used it yet/);
  expect(await statusOf({ ...oura.env })).toMatchObject({ code: 0, state: 'connected', reason: null });

  await using wall = await startHttpServer();
  wall.answers({ status: 401 });
  const rejected = await statusOf({ OURA_API_BASE_URL: wall.url });
  expect(rejected).toMatchObject({ code: 1, state: 'rejected', reason: expect.stringContaining('(401)') });
  expect(rejected.stdout).toContain(`rejected: run npm run connect -- --data-dir ${dataDir.path}`);

  await run('start', '--once', '--days', '1');
  expect(await statusOf(away)).toMatchObject({
    code: 0,
    state: 'connected',
    reason: 'Oura does not respond now',
  });
});

test('stores nothing if the user denies access, exit code 1', async () => {
  const { code, stderr } = await oura.connect(dataDir.option, { decision: 'deny' });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^Not connected: access was denied[^\n]*\n$/),
  });
  expect(existsSync(path())).toBe(false);
  expect(await status()).toMatchObject({ code: 1, state: 'not_connected' });
});

test('stores nothing without the scope daily, exit code 1', async () => {
  const { code, stderr } = await oura.connect(dataDir.option, { untick: ['daily'] });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^Nothing was stored: the scope daily was not granted[^\n]*\n$/),
  });
  expect(existsSync(path())).toBe(false);
});

test('connects without the scope spo2, and connect and doctor say what will be missing', async () => {
  const { code, stderr } = await oura.connect(dataDir.option, { untick: ['spo2'] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/breathing_disturbances/) });
  expect(kept()).toMatchObject({ scopes: ['daily'] });
  const doctor = await run('doctor');
  expect(doctor.code).toBe(0);
  expect(doctor.stdout).toMatch(/warning .*scopes .*spo2 is not granted/);
  const NEW_SCOPES = 'New scopes: spo2. The next run completes the stored nights.';
  expect((await oura.connect(dataDir.option)).stdout).toContain(NEW_SCOPES);
  expect((await oura.connect(dataDir.option)).stdout).not.toContain('New scopes');
});

test('recognizes an application of the other portal and does not try the code elsewhere', async () => {
  const wrong = { OURA_TOKEN_URL: `${oura.ring.url}/oauth/token` };
  const { code, stderr } = await oura.connect(dataDir.option, {}, { env: wrong });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^The token URL of the portal developer .*run npm run connect again.*--portal cloud[^\n]*\n$/,
  );
  expect(oura.ring.oauth.tokenCalls).toMatchObject([{ portal: 'cloud', status: 401 }]);
});

test('rejects a folder of simulated nights before it asks questions', async () => {
  await runCommand(['start', '--once', '--days', '1', ...dataDir.option]);
  const { code, stdout, stderr } = await oura.connect(dataDir.option);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/belongs to a simulated ring/);
  // What advises it must not advise what is refused.
  const accepted = 'run npm run connect -- --data-dir FOLDER with a new folder';
  expect((await runCommand(['connect', '--status', ...dataDir.option])).stdout).toContain(
    `not connected: ${accepted}`,
  );
  expect((await runCommand(['contract', ...dataDir.option])).stderr).toContain(
    `Not connected: ${accepted}, or run npm run contract -- --sandbox`,
  );
});

test('rejects a simulated ring for a connected folder, and says that OURA_API_KEY takes precedence', async () => {
  await oura
    .connect(dataDir.option, {}, { env: { OURA_API_KEY: 'a-personal-token' } })
    .then(({ stderr }) => expect(stderr).toContain('OURA_API_KEY is set and takes precedence'));
  const { rm } = await import('node:fs/promises');
  await rm(path());
  const { code, stderr } = await runCommand(['start', '--once', ...dataDir.option]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/real ring but has no connection/);
});

test('rejects a port in use in one sentence, exit code 2', async () => {
  const { createServer } = await import('node:http');
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const port = String((taken.address() as { port: number }).port);
  const { code, stderr } = await run('connect', '--no-open', '--port', port);
  taken.close();
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^Port \d+ is in use[^\n]*\n$/),
  });
});

test('reports a timeout in one sentence, exit code 1', async () => {
  const env = { ...oura.env, OURA_CLIENT_ID: 'an-id', OURA_CLIENT_SECRET: 'a-secret' };
  const { code, stderr } = await runCommand(['connect', '--no-open', '--wait', '1', ...dataDir.option], env);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^No response[^\n]*in 1 s[^\n]*\n$/),
  });
});

test('--import stores a grant that Oura accepts, and warns if others can read the file', async () => {
  const { code, stdout, stderr, file } = await importing({}, 0o644);
  expect(code).toBe(0);
  expect(stderr).toBe(`Other users of this machine can read ${file}: run chmod 600 ${file}\n`);
  expect(stdout).toContain(`Delete ${file} now`);
  expect(kept()).toMatchObject({
    client_id: oura.clientId,
    scopes: ['daily', 'spo2'],
    fallback_token_url: null,
  });
  expect((await run('start', '--once', '--days', '1')).code).toBe(0);
});

test('--import stores nothing if Oura rejects the token, exit code 1', async () => {
  const { code, stderr } = await importing({ access_token: 'another-token' });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^Nothing was stored: Oura rejected[^\n]*\n$/),
  });
  expect(existsSync(path())).toBe(false);
});

test('the first run refreshes an imported grant with an expired access token, once', async () => {
  oura.ring.oauth.expireAccessTokens();
  const { code, stdout, stderr } = await importing({
    expires_at: '2026-01-01T00:00:00Z',
    scopes: 'daily spo2',
  });
  expect(code).toBe(0);
  expect(stdout).toContain('Stored but not tested yet, scopes daily, spo2.');
  expect(stderr).toContain('the first run refreshes it');
  expect(await status()).toMatchObject({ code: 0, state: 'not_tried', user_id: null, refreshed_at: null });
  expect((await run('start', '--once', '--days', '3')).code).toBe(0);
  expect(oura.ring.oauth).toMatchObject({ refreshes: 1, presentedTwice: 0 });
  expect(await status()).toMatchObject({ code: 0, refreshed_at: expect.stringMatching(/Z$/) });
});

test('a rejected refresh is one line in status and doctor, and connecting again fixes it', async () => {
  await importing({ expires_at: '2026-01-01T00:00:00Z' });
  oura.ring.oauth.revokeAll();
  const failed = await run('start', '--once', '--days', '2');
  expect(failed.code).toBe(1);
  expect(failed.stdout).toContain(`reconnect needed. Run npm run connect -- --data-dir ${dataDir.path}.`);
  const calls = oura.ring.oauth.tokenCalls.length;
  const again = `npm run connect -- --data-dir ${dataDir.path}`;

  expect(await status()).toMatchObject({
    code: 1,
    state: 'reconnect_needed',
    reconnect_since: expect.stringMatching(/Z$/),
  });
  const said = await run('status');
  expect(said.stdout).toMatch(/reconnect needed \(since \S+ \S+ \S+\)\. Run npm run connect/);
  expect(said.stdout).toContain(again);
  const doctor = await run('doctor');
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(/problem .*connection .*reconnect needed \(since/);
  expect(doctor.stdout).toContain(`→ run ${again}`);
  // It must not suggest what would fail again, and not say "connected".
  expect(doctor.stdout).toContain(`→ run ${again}; then run npm start -- --data-dir ${dataDir.path}`);
  expect(doctor.stdout.match(/│ connection /g)).toHaveLength(1);
  expect(oura.ring.oauth.tokenCalls).toHaveLength(calls);

  expect((await oura.connect(dataDir.option)).code).toBe(0);
  const healed: { check: string; advice: string }[] = JSON.parse(
    (await run('doctor', '--format', 'json')).stdout,
  );
  expect(healed.find(({ check }) => check === 'last run')?.advice).toBe(
    `run npm start -- --data-dir ${dataDir.path}`,
  );
  expect((await run('start', '--once', '--days', '2')).code).toBe(0);
  expect((await run('status')).stdout).not.toContain('reconnect');
});

test('doctor warns if others can read the credentials file', async () => {
  await oura.connect(dataDir.option);
  const { chmodSync } = await import('node:fs');
  chmodSync(path(), 0o644);
  const { code, stdout } = await run('doctor');
  expect(code).toBe(0);
  expect(stdout).toContain(`→ run chmod 600 ${path()}`);
});

test('--aws stores the connection in the parameter of the deployed stack, and --status reads it', async () => {
  // A stub presents this pipeline as the deployed stack. Its parameter is the file in its folder.
  await importing();
  const pipeline = startCommand(['start', '--days', '1', ...dataDir.option], { ...oura.env });
  await pipeline.printed('Next sync');
  try {
    await using front = await startAwsFront();
    const runtime = runtimeOf(dataDir.path);
    front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs: runtime.outputs };
    const env = front.env(runtime.endpoint, runtime);
    const before = kept();
    const { code, stdout, stderr } = await oura.connect(['--aws'], {}, { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Stored in the parameter /OuraSleepSync/oura-api-key.');
    expect(stdout).toContain('Next: npm start -- --once --aws');
    expect(kept().refresh_token).not.toBe(before.refresh_token);
    const status = await runCommand(['connect', '--status', '--aws', '--format', 'json'], env);
    expect(JSON.parse(status.stdout)).toMatchObject({
      state: 'connected',
      connected_at: kept().connected_at,
    });
    const doctor = await runCommand(['doctor', '--aws', '--format', 'json'], env);
    expect(JSON.parse(doctor.stdout)).toContainEqual(
      expect.objectContaining({ check: 'scopes', state: 'ok' }),
    );
    const contract = await runCommand(['contract', '--aws', '--format', 'json'], env);
    expect(JSON.parse(contract.stdout)).toMatchObject({
      source: 'account',
      url: oura.ring.url,
      outcome: 'unchanged',
    });

    // Without permission to read the credentials, --status must not say that there are none.
    front.account.refused = { GetParameter: 'AccessDeniedException' };
    const denied = { ...env, AWS_ENDPOINT_URL_SSM: front.url };
    const dark = await runCommand(['connect', '--status', '--aws'], denied);
    expect(dark.code).toBe(1);
    expect(dark.stdout).toMatch(
      /state\s+│ unknown: run npm run status -- --aws to see how the last run ended/,
    );
    expect(dark.stdout).toContain('you may not read it, but the functions may');
    expect(dark.stdout).not.toContain('connected');
    expect(await runCommand(['contract', '--aws'], denied)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^You may not read the parameter \S+: run npm run contract -- --sandbox, /,
      ),
    });
    front.account.refused = {};

    const none = await oura.connect(['--aws', '--stack', 'NoSuchStack'], {}, { env });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/^There is no stack NoSuchStack/) });
  } finally {
    pipeline.process.kill('SIGINT');
    await pipeline.ended;
  }
});

test.each([
  ['an unknown portal', ['--portal', 'moon'], /moon.*developer, cloud/],
  ['an invalid port', ['--port', '0'], /whole number from 1/],
  ['--format without --status', ['--format', 'json'], /--status/],
  ['--import with --portal', ['--import', 'x', '--portal', 'cloud'], /cannot be used with/],
  ['a missing file', ['--import', '/tmp/there/is/none'], /Cannot read .*: there is no such file/],
  ['a folder in place of a file', ['--import', '/tmp'], /Cannot read \/tmp: it is a folder/],
  ['no file at all', ['--import', ''], /--import.*path/],
  ['no terminal and no application', [], /no terminal.*OURA_CLIENT_ID/],
])('rejects %s in one sentence, exit code 2', async (_what, args, sentence) => {
  const { code, stderr } = await run('connect', ...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
