import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpenToOthers, readImportFile } from '../../../services/cli/connect/import-file.ts';

const GRANT = {
  client_id: 'planted-id',
  client_secret: 'planted-secret',
  access_token: 'planted-access',
  refresh_token: 'planted-refresh',
  expires_at: '2026-11-24T12:00:00+02:00',
  token_url: 'https://api.ouraring.com/oauth/token',
};

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oura-import-'));
  path = join(folder, 'grant.json');
});
afterEach(() => rmSync(folder, { recursive: true }));
const read = (document: unknown) => {
  writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document), { mode: 0o600 });
  return readImportFile(path);
};

test('reads a grant', () => {
  expect(read({ ...GRANT, scopes: ['daily'], token_type: 'bearer' })).toEqual({
    ...GRANT,
    expires_at: '2026-11-24T10:00:00.000Z',
    scopes: ['daily'],
  });
});

test.each([
  ['epoch seconds', { expires_at: 1_795_514_400.5 }, { expires_at: '2026-11-24T10:00:00.500Z' }],
  [
    "a portal's name",
    { token_url: 'developer' },
    { token_url: 'https://moi.ouraring.com/oauth/v2/ext/oauth-token' },
  ],
  ['a text of scopes', { scopes: 'extapi:daily spo2' }, { scopes: ['extapi:daily', 'spo2'] }],
  ['no scopes', {}, { scopes: undefined }],
])('takes %s', (_what, given, expected) => {
  expect(read({ ...GRANT, ...given })).toMatchObject(expected);
});

test.each([
  ['client_id', { client_id: undefined }],
  ['client_secret', { client_secret: 4711 }],
  ['access_token', { access_token: 'planted token with spaces' }],
  ['refresh_token', { refresh_token: '' }],
  ['expires_at', { expires_at: '2026-11-24T12:00:00' }],
  ['expires_at', { expires_at: 1_795_514_400_000 }],
  ['expires_at', { expires_at: ['planted'] }],
  ['expires_at', { expires_at: undefined }],
  ['token_url', { token_url: 'http://planted.example/token' }],
  ['token_url', { token_url: 'toString' }],
  ['scopes', { scopes: { planted: true } }],
  ['scopes', { scopes: [4711] }],
])('names the field %s that is invalid, and never its value', (field, given) => {
  expect(() => read({ ...GRANT, ...given })).toThrow(
    expect.objectContaining({
      name: 'UsageError',
      message: expect.stringMatching(new RegExp(`: ${field} must be .*\\.$`)),
    }),
  );
  expect(() => read({ ...GRANT, ...given })).not.toThrow(/planted|4711|1795514400/);
});

test.each([
  ['planted-secret {', /is not JSON\.$/],
  ['[]', /the file must be a JSON object/],
  ['null', /the file must be a JSON object/],
  ['"planted-secret"', /the file must be a JSON object/],
])('refuses a file of %s without repeating it', (text, sentence) => {
  expect(() => read(text)).toThrow(sentence);
  expect(() => read(text)).not.toThrow(/planted/);
});

test('says why a file cannot be read', () => {
  expect(() => readImportFile(join(folder, 'none'))).toThrow(/Cannot read .*: there is no such file/);
});

test('recognizes a file that others can read', () => {
  read(GRANT);
  expect(isOpenToOthers(path)).toBe(false);
  chmodSync(path, 0o644);
  expect(isOpenToOthers(path)).toBe(true);
});
