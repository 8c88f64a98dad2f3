import { PassThrough } from 'node:stream';
import type { Terminal } from '../../../services/cli/ask-line.ts';
import { askApplication } from '../../../services/cli/connect/ask-application.ts';
import { typedTerminal } from '../../helpers/typed-terminal.ts';

const STORED = { client_id: 'stored-id', client_secret: 'stored-secret' };

const terminalOf = (...lines: string[]) => typedTerminal(/^(Client|.*Client).*: /, ...lines);

test('asks for both, and shows the ID but never the secret', async () => {
  const { terminal, shown } = terminalOf('my-id', ' my-secret ');
  expect(await askApplication({}, undefined, terminal)).toEqual({
    client_id: 'my-id',
    client_secret: 'my-secret',
  });
  expect(shown()).toContain('my-id');
  expect(shown()).not.toContain('my-secret');
});

test('Enter keeps the stored values, without showing the secret', async () => {
  const { terminal, shown } = terminalOf('', '');
  expect(await askApplication({}, STORED, terminal)).toEqual(STORED);
  expect(shown()).toContain('Enter keeps stored-id');
  expect(shown()).not.toContain('stored-secret');
});

test('another application needs its own secret', async () => {
  const { terminal } = terminalOf('my-id', '', 'my-secret');
  expect(await askApplication({}, STORED, terminal)).toEqual({
    client_id: 'my-id',
    client_secret: 'my-secret',
  });
});

test('asks again after an invalid answer', async () => {
  const { terminal, shown } = terminalOf('', 'my id', 'my-id', 'my-secret');
  await askApplication({}, undefined, terminal);
  expect(shown().match(/It must be one word/g)).toHaveLength(2);
});

test('stops if a question is not answered', async () => {
  const { terminal } = terminalOf('my-id');
  await expect(askApplication({}, undefined, terminal)).rejects.toMatchObject({ name: 'ConnectFailed' });
});

test('stops on Ctrl-C', async () => {
  const { terminal } = terminalOf('\u0003');
  await expect(askApplication({}, undefined, terminal)).rejects.toMatchObject({
    name: 'ConnectFailed',
    message: expect.stringMatching(/^Not connected/),
  });
});

const ENV = { OURA_CLIENT_ID: 'env-id', OURA_CLIENT_SECRET: 'env-secret' };
const idle: Terminal = { input: new PassThrough(), output: new PassThrough() };

test('reads the environment before asking', async () => {
  expect(await askApplication(ENV, STORED, idle)).toEqual({
    client_id: 'env-id',
    client_secret: 'env-secret',
  });
});

test('uses the stored values without a terminal', async () => {
  expect(await askApplication({}, STORED, idle)).toEqual(STORED);
});

test.each([
  ['without a terminal and anything stored', {}, /no terminal.*OURA_CLIENT_ID/],
  ['with half an application', { OURA_CLIENT_ID: 'env-id' }, /Set both/],
  ['with a secret that is invalid', { ...ENV, OURA_CLIENT_SECRET: 'two words' }, /one word/],
])('%s it is refused in one sentence', async (_what, env, message) => {
  await expect(askApplication(env, undefined, idle)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(message),
  });
});
