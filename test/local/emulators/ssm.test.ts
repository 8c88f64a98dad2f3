import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { GetParameterCommand, PutParameterCommand, type PutParameterCommandInput } from '@aws-sdk/client-ssm';
import { credentialsFile } from '../../../services/local/data-folder/secret-file.ts';
import { createSsm } from '../../../services/local/emulators/ssm.ts';
import { openTables, PARAMETER, type TestTables } from '../../helpers/tables.ts';

let machine: TestTables;
beforeAll(async () => {
  machine = await openTables();
});
beforeEach(() => machine.clear());
afterAll(() => machine.stop());

const path = () => join(machine.dataDir, 'credentials.json');
const put = (changes: Partial<PutParameterCommandInput> = {}) =>
  machine.ssm.send(
    new PutParameterCommand({
      Name: PARAMETER,
      Value: 'a secret',
      Type: 'SecureString',
      Overwrite: true,
      ...changes,
    }),
  );
const get = async (): Promise<string | undefined> => {
  const answer = await machine.ssm.send(new GetParameterCommand({ Name: PARAMETER, WithDecryption: true }));
  return answer.Parameter?.Value;
};

test('stores the parameter in a file of the data folder that only its owner can read', async () => {
  await expect(get()).rejects.toMatchObject({ name: 'ParameterNotFound' });
  await put();
  expect(await get()).toBe('a secret');
  expect(readFileSync(path(), 'utf8')).toBe('a secret');
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

test('reads what another process has written at once', async () => {
  await put();
  credentialsFile(machine.dataDir).write('another secret');
  expect(await get()).toBe('another secret');
});

test('replaces a file that other users can read by a private one, and leaves no other files', async () => {
  writeFileSync(path(), 'careless', { mode: 0o644 });
  await put();
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(readdirSync(machine.dataDir).filter((name) => name.startsWith('credentials'))).toEqual([
    'credentials.json',
  ]);
});

test("denies access to an unreadable file with AWS's error, and shows none of its content", async () => {
  mkdirSync(path());
  await expect(get()).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('credentials.json: it is a folder'),
  });
  rmdirSync(path());
});

test('reports a file that cannot be written without its content, and leaves no other files', () => {
  mkdirSync(path());
  expect(() => credentialsFile(machine.dataDir).write('a planted secret')).toThrow(
    /credentials\.json: it is a folder/,
  );
  expect(readdirSync(machine.dataDir).filter((name) => name.startsWith('credentials'))).toEqual([
    'credentials.json',
  ]);
  rmdirSync(path());
});

test.each<[string, Partial<PutParameterCommandInput>, string]>([
  ['of another name', { Name: '/another/key' }, 'ValidationException'],
  ['in plain text', { Type: 'String' }, 'ValidationException'],
  ['that exists, without Overwrite', { Overwrite: false }, 'ParameterAlreadyExists'],
])('rejects a parameter %s', async (_, changes, name) => {
  credentialsFile(machine.dataDir).write('kept');
  await expect(put(changes)).rejects.toMatchObject({ name });
  expect(await get()).toBe('kept');
});

test('prefers a secret that the process was given, and never writes it to disk', async () => {
  let written = '';
  const service = createSsm({ [PARAMETER]: 'given' }, [
    {
      name: PARAMETER,
      read: () => 'kept',
      write: (value) => {
        written = value;
      },
    },
  ]);
  const call = async (operation: string, input: object) => {
    const body = JSON.stringify({ Name: PARAMETER, ...input });
    const reply = await service({ target: `AmazonSSM.${operation}`, headers: {}, body });
    return JSON.parse(reply.body) as { __type?: string; Parameter?: { Value: string } };
  };
  expect((await call('GetParameter', { WithDecryption: true })).Parameter?.Value).toBe('given');
  const answer = await call('PutParameter', { Value: 'x', Type: 'SecureString', Overwrite: true });
  expect([answer.__type, written]).toEqual(['ValidationException', '']);
});

test('reports why a file cannot be read or written, but never its content', () => {
  const nowhere = join(machine.dataDir, 'nowhere');
  expect(() => credentialsFile(nowhere).write('planted')).toThrow(/nowhere cannot be used: credentials.json/);
  expect(existsSync(nowhere)).toBe(false);
  expect(credentialsFile(nowhere).read()).toBeUndefined();
});

test('rejects a value of more than 4,096 characters, the limit of a standard parameter', async () => {
  await put({ Value: 'x'.repeat(4096) });
  await expect(put({ Value: 'x'.repeat(4097) })).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Standard tier parameters support a maximum parameter value of 4096 characters.',
  });
  expect(await get()).toHaveLength(4096);
});
