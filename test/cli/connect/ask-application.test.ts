import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { askApplication, type Terminal } from '../../../services/cli/connect/ask-application.ts';

const STORED = { client_id: 'stored-id', client_secret: 'stored-secret' };

/** A terminal on which somebody types a line whenever a question has been asked. */
const terminalOf = (...lines: string[]) => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  let shown = '';
  output.on('data', async (chunk: Buffer) => {
    shown += chunk;
    if (!/^(Client|.*Client).*: /.test(String(chunk))) return;
    await setImmediate();
    const line = lines.shift();
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
  });
  const terminal: Terminal = { input, output };
  return { terminal, shown: () => shown };
};

test('asks for both, and shows the id but never the secret', async () => {
  const { terminal, shown } = terminalOf('my-id', ' my-secret ');
  expect(await askApplication({}, undefined, terminal)).toEqual({
    client_id: 'my-id',
    client_secret: 'my-secret',
  });
  expect(shown()).toContain('my-id');
  expect(shown()).not.toContain('my-secret');
});

test('Enter keeps what is stored, whose secret is not shown either', async () => {
  const { terminal, shown } = terminalOf('', '');
  expect(await askApplication({}, STORED, terminal)).toEqual(STORED);
  expect(shown()).toContain('Enter keeps stored-id');
  expect(shown()).not.toContain('stored-secret');
});

test('another application needs a secret of its own', async () => {
  const { terminal } = terminalOf('my-id', '', 'my-secret');
  expect(await askApplication({}, STORED, terminal)).toEqual({
    client_id: 'my-id',
    client_secret: 'my-secret',
  });
});

test('asks again for what cannot be meant', async () => {
  const { terminal, shown } = terminalOf('', 'my id', 'my-id', 'my-secret');
  await askApplication({}, undefined, terminal);
  expect(shown().match(/It must be one word/g)).toHaveLength(2);
});

test('a question that is not answered ends it', async () => {
  const { terminal } = terminalOf('my-id');
  await expect(askApplication({}, undefined, terminal)).rejects.toMatchObject({ name: 'ConnectFailed' });
});

test('Ctrl-C ends it', async () => {
  const { terminal } = terminalOf('\u0003');
  await expect(askApplication({}, undefined, terminal)).rejects.toMatchObject({
    name: 'ConnectFailed',
    message: expect.stringMatching(/^Nothing was connected/),
  });
});

const ENV = { OURA_CLIENT_ID: 'env-id', OURA_CLIENT_SECRET: 'env-secret' };
const nobody: Terminal = { input: new PassThrough(), output: new PassThrough() };

test('the environment is asked before anybody', async () => {
  expect(await askApplication(ENV, STORED, nobody)).toEqual({
    client_id: 'env-id',
    client_secret: 'env-secret',
  });
});

test('without a terminal what is stored is used again', async () => {
  expect(await askApplication({}, STORED, nobody)).toEqual(STORED);
});

test.each([
  ['without a terminal and anything stored', {}, /no terminal.*OURA_CLIENT_ID/],
  ['with half an application', { OURA_CLIENT_ID: 'env-id' }, /Set both/],
  ['with a secret that cannot be meant', { ...ENV, OURA_CLIENT_SECRET: 'two words' }, /one word/],
])('%s it is refused in one sentence', async (_what, env, message) => {
  await expect(askApplication(env, undefined, nobody)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(message),
  });
});
