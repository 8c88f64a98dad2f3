import { request } from 'node:http';
import { freshDataFolder, runCommand, startCommand } from '../helpers/command.ts';
import { openSession, type PageSession } from '../helpers/page-session.ts';

const AT_NOON = ['--now', '2026-03-10T12:00:00-07:00'];

const dataDir = freshDataFolder();
/** Returns the address that npm run dashboard printed. */
const addressIn = (stdout: string): string => /^Page {6}(http:\S+)$/m.exec(stdout)?.[1] ?? '';
const get = async ({ url, headers }: PageSession, path: string) =>
  (await fetch(`${url}${path}`, { headers })).json() as Promise<Record<string, unknown>>;

test('npm start serves a page, prints no token into a pipe, and dashboard prints addresses that open it', async () => {
  const start = startCommand(['start', ...AT_NOON, '--page-port', '0', ...dataDir.option]);
  await start.printed('Next sync');
  const printed = await Promise.all([1, 2].map(() => runCommand(['dashboard', ...dataDir.option])));
  for (const { code, stderr, stdout } of printed) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Process ${start.process.pid} serves it.`);
    const session = await openSession(addressIn(stdout));
    expect(await get(session, '/api/overview')).toMatchObject({
      next_sync: expect.stringMatching(/T(19|20):00:00\.000Z$/),
      read_only: null,
    });
  }
  expect(new Set(printed.map(({ stdout }) => stdout)).size).toBe(2);
  start.process.kill('SIGINT');
  const { code, stdout } = await start.ended;
  const [, page] = /^Page {6}(.*)$/m.exec(stdout) ?? [];
  const { origin } = new URL(addressIn(printed[0]?.stdout ?? ''));
  expect(page).toBe(
    `${origin} (npm run dashboard -- --data-dir ${dataDir.path} prints an address that opens it)`,
  );
  expect(code).toBe(0);
});

test('npm start -- --once serves no page', async () => {
  const { stdout } = await runCommand(['start', '--once', ...AT_NOON, ...dataDir.option]);
  expect(stdout).not.toContain('Page ');
});

test('dashboard shows a folder in which nothing runs, says that it cannot start runs, and stops on Ctrl-C', async () => {
  await runCommand(['start', '--once', ...AT_NOON, ...dataDir.option]);
  const dashboard = startCommand(['dashboard', '--port', '0', ...dataDir.option]);
  let stdout = '';
  dashboard.process.stdout?.on('data', (text: string) => {
    stdout += text;
  });
  await dashboard.printed('Ctrl-C stops.');
  const session = await openSession(addressIn(stdout));
  const { url } = session;
  expect(await get(session, '/api/overview')).toMatchObject({
    newest: '2026-03-10',
    simulated: true,
    next_sync: null,
    read_only: expect.stringContaining(`npm start -- --data-dir ${dataDir.path}`),
  });
  const status = await new Promise((resolve) => {
    const headers = { ...session.headers, origin: url, host: new URL(url).host };
    request(`${url}/api/sync`, { method: 'POST', headers }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    }).end();
  });
  expect(status).toBe(409);
  dashboard.process.kill('SIGINT');
  expect((await dashboard.ended).code).toBe(0);
});

test('read-only commands work beside a dashboard, and others say what to stop first', async () => {
  await runCommand(['start', '--once', ...AT_NOON, ...dataDir.option]);
  const dashboard = startCommand(['dashboard', '--port', '0', ...dataDir.option]);
  await dashboard.printed('Ctrl-C stops.');
  for (const looking of [['status'], ['gaps'], ['export'], ['insights'], ['redrive', '--dry-run']]) {
    const { code, stderr } = await runCommand([...looking, ...dataDir.option]);
    expect([looking, code, stderr]).toEqual([looking, 0, '']);
  }
  const running = [['start'], ['start', '--once'], ['redrive'], ['backfill', '--from', '2026-03-01']];
  for (const command of running) {
    const { code, stderr } = await runCommand([...command, ...AT_NOON, ...dataDir.option]);
    expect([command, code, stderr]).toEqual([
      command,
      2,
      expect.stringMatching(
        /^The folder is in use by npm run dashboard -- --data-dir \S+ \(process \d+\): stop it first\.\n$/,
      ),
    ]);
  }
  const { stdout } = await runCommand(['doctor', ...dataDir.option]);
  expect(stdout).toContain(`only a page is running (process ${dashboard.process.pid}): nothing syncs`);
  // npm start alone would be refused.
  expect(stdout).not.toContain('→ run npm start');
  expect((await runCommand(['dashboard', ...dataDir.option])).stdout).toMatch(/^Page {6}http:\S+\?token=/);
  const second = startCommand(['dashboard', '--port', '0', ...dataDir.option]);
  await second.printed('Ctrl-C stops.');
  for (const page of [second, dashboard]) {
    page.process.kill('SIGINT');
    expect((await page.ended).code).toBe(0);
  }
  expect((await runCommand(['redrive', ...dataDir.option])).stdout).toContain('Nothing is parked.');
});

test('dashboard with a port of its own shows the next sync of a running npm start and can start one', async () => {
  const start = startCommand(['start', ...AT_NOON, '--page-port', '0', ...dataDir.option]);
  await start.printed('Next sync');
  const dashboard = startCommand(['dashboard', '--port', '0', ...dataDir.option]);
  let stdout = '';
  dashboard.process.stdout?.on('data', (text: string) => {
    stdout += text;
  });
  await dashboard.printed('Ctrl-C stops.');
  expect(await get(await openSession(addressIn(stdout)), '/api/overview')).toMatchObject({
    next_sync: expect.stringMatching(/T(19|20):00:00\.000Z$/),
    read_only: null,
  });
  dashboard.process.kill('SIGINT');
  start.process.kill('SIGINT');
  expect((await dashboard.ended).code).toBe(0);
  await start.ended;
});

test('dashboard rejects a folder without data', async () => {
  const { code, stderr } = await runCommand(['dashboard', ...dataDir.option]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^npm start has not run in .* yet: .*\n$/);
});
