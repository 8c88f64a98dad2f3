import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type DataFolder, runCommand, temporaryDataDir } from '../../helpers/command.ts';
import { environment, LAUNCHER } from '../../helpers/mcp-client.ts';

let dataDir: DataFolder;
beforeAll(async () => {
  dataDir = await temporaryDataDir();
  expect((await runCommand(['start', '--once', '--days', '2', ...dataDir.option])).code).toBe(0);
});
afterAll(() => dataDir.remove());

const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** Starts the bin, and collects everything that it writes. */
const startServer = (args: readonly string[] = dataDir.option, env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [LAUNCHER, 'mcp', ...args], { env: environment(env) });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, ...written }));
  const failed = ended.then((end) => {
    throw new Error(`ended: ${JSON.stringify(end)}`);
  });
  failed.catch(() => {});
  let id = 0;
  return {
    child,
    ended,
    write: (text: string) => child.stdin.write(text),
    /** Sends a request and waits for its answer. */
    request: async (method: string, params: object = {}) => {
      id += 1;
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      const answer = new RegExp(`"id":${id}[,}]`);
      while (!answer.test(written.stdout)) await Promise.race([once(child.stdout, 'data'), failed]);
    },
  };
};

/** Standard output as messages. Throws at the first byte of something else. */
const messagesIn = (stdout: string) => {
  expect(stdout.endsWith('\n')).toBe(true);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
};

test('standard output has nothing but messages, whatever the client sends', async () => {
  // A library that writes to the console while the server works. NODE_OPTIONS removes quotation marks.
  const noise = 'setInterval(()=>process.stdin.bytesRead>0&&console.log(/noise/),20).unref()';
  const noisy = { NODE_OPTIONS: `--import data:text/javascript,${noise}` };
  const server = startServer(dataDir.option, noisy);
  await server.request(INITIALIZE.method, INITIALIZE.params);
  server.write('this is no message\n{"jsonrpc":"2.0"}\n[]\n');
  await server.request('tools/list');
  await server.request('tools/call', { name: 'status', arguments: {} });
  await server.request('tools/call', { name: 'nights', arguments: { from: 'yesterday' } });
  await server.request('tools/call', { name: 'no_such_tool', arguments: {} });
  await server.request('no/such/method');
  server.child.stdin.end();
  const { code, stdout, stderr } = await server.ended;
  const messages = messagesIn(stdout);
  expect(messages.filter(({ jsonrpc }) => jsonrpc !== '2.0')).toEqual([]);
  expect(messages.filter(({ id }) => id !== undefined).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(code).toBe(0);
  expect(stderr).toContain('noise');
});

test.each([
  ['the end of standard input', (child: ReturnType<typeof spawn>) => child.stdin?.end()],
  ['SIGTERM', (child: ReturnType<typeof spawn>) => child.kill('SIGTERM')],
])('ends with 0 at %s, also during a call', async (_, end) => {
  const server = startServer();
  await server.request(INITIALIZE.method, INITIALIZE.params);
  server.write(
    `${JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'insights', arguments: {} } })}\n`,
  );
  end(server.child);
  const { code, stdout } = await server.ended;
  expect(code).toBe(0);
  messagesIn(stdout);
  // The folder is free.
  expect((await runCommand(['start', '--once', '--days', '1', ...dataDir.option])).code).toBe(0);
});

test('refuses a folder that holds something else, before the first message', async () => {
  const server = startServer(['--data-dir', import.meta.dirname]);
  server.child.stdin.end();
  const { code, stdout, stderr } = await server.ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^The folder .* is not empty and not a data folder, .*\n$/);
});

test('--help names the command as it is started', async () => {
  const { stdout } = await runCommand(['mcp', '--help']);
  expect(stdout).toMatch(/^Usage: oura-sleep-sync mcp \[options\]\n/);
});
