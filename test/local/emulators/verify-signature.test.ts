import type { IncomingMessage } from 'node:http';
import { drawAccessKeys } from '../../../services/local/data-folder/access-keys.ts';
import { createVerifier } from '../../../services/local/emulators/verify-signature.ts';
import { type Signing, signedHeaders } from '../../helpers/signed-call.ts';

const KEYS = drawAccessKeys();
const NOW = Date.parse('2026-03-10T12:00:00Z');
const { knows, verify } = createVerifier(KEYS, () => NOW);

const URL_ = 'http://127.0.0.1:4000/';
const BODY = Buffer.from('{"TableName":"OuraSleepTable"}');
const HEADERS = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.Scan' };

const requestOf = (headers: Record<string, string>, url = '/', method = 'POST') =>
  ({ headers, url, method }) as unknown as IncomingMessage;
const signed = (changes: Partial<Signing> = {}, keys = KEYS) =>
  signedHeaders(keys, { url: URL_, body: BODY, headers: HEADERS, time: new Date(NOW), ...changes });
const verdict = (headers: Record<string, string>, body: Uint8Array = BODY) =>
  verify(requestOf(headers), body);

test("accepts AWS's example of a signed request", async () => {
  // post-vanilla of AWS's test suite for Signature Version 4.
  const example = createVerifier(
    { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
    () => Date.parse('2015-08-30T12:36:00Z'),
  );
  const headers = {
    host: 'example.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  };
  expect(await example.verify(requestOf(headers), Buffer.alloc(0))).toBe('valid');
});

test('accepts a request that is signed with the keys, in any region and for any service', async () => {
  expect(knows(requestOf(signed()))).toBe(true);
  expect(await verdict(signed())).toBe('valid');
});

test('accepts a header that was not signed if it is not one of AWS', async () => {
  expect(await verdict({ ...signed(), 'user-agent': 'curl', accept: '*/*' })).toBe('valid');
});

const changed = (headers: Record<string, string>, name: string, value: string) => ({
  ...headers,
  [name]: value,
});
const authorization = (pattern: string | RegExp, by: string) =>
  changed(signed(), 'authorization', (signed()['authorization'] ?? '').replace(pattern, by));

test.each<[string, Record<string, string>, Uint8Array?]>([
  ['without a signature', HEADERS],
  ['with an empty signature', changed(signed(), 'authorization', '')],
  ['with another secret key', signed({}, { ...KEYS, secretAccessKey: drawAccessKeys().secretAccessKey })],
  [
    'with the access key ID of another process',
    signed({}, { ...KEYS, accessKeyId: drawAccessKeys().accessKeyId }),
  ],
  ['with a signature of zeros', authorization(/Signature=.*/, `Signature=${'0'.repeat(64)}`)],
  ['with a shortened signature', authorization(/.$/, '')],
  ['with another body', signed(), Buffer.from('{"TableName":"OuraSyncTable"}')],
  ['with an appended byte', signed(), Buffer.concat([BODY, Buffer.from(' ')])],
  ['with another target', changed(signed(), 'x-amz-target', 'DynamoDB_20120810.DeleteTable')],
  ['with another host', changed(signed(), 'host', '127.0.0.1:4001')],
  ['with another time', changed(signed(), 'x-amz-date', '20260310T120001Z')],
  ['with a time that is none', changed(signed(), 'x-amz-date', '20260310T126000Z')],
  ['with a scope of another day', authorization('/20260310/', '/20260309/')],
  ['with a target that is not signed', signed({ signed: (name) => name !== 'x-amz-target' })],
  ['with a host that is not signed', signed({ signed: (name) => name !== 'host' })],
  ['with an added header of AWS', changed(signed(), 'x-amz-security-token', 'a')],
  ['with a body that is not signed', unsignedBody('UNSIGNED-PAYLOAD')],
  ['with a chunked signature', unsignedBody('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')],
  ['whose signed hash is that of another body', unsignedBody('0'.repeat(64))],
])('rejects a request %s', async (_, headers, body = BODY) => {
  expect(await verdict(headers, body)).toBe('invalid');
});

function unsignedBody(bodyHash: string): Record<string, string> {
  return signed({ bodyHash, headers: { ...HEADERS, 'x-amz-content-sha256': bodyHash } });
}

test('rejects another path, another method and any query', async () => {
  for (const [url, method] of [
    ['/other', 'POST'],
    ['/', 'PUT'],
    ['/?a=b', 'POST'],
  ] as const)
    expect([url, method, await verify(requestOf(signed(), url, method), BODY)]).toEqual([
      url,
      method,
      'invalid',
    ]);
});

test('a signature is valid for five minutes, before and after its time', async () => {
  const at = (seconds: number) => verdict(signed({ time: new Date(NOW + seconds * 1000) }));
  expect(await Promise.all([-300, 300, -301, 301].map(at))).toEqual(['valid', 'valid', 'late', 'late']);
});

test('only the key holder learns that a signature is late', async () => {
  const stranger = signed({ time: new Date(0) }, { ...KEYS, secretAccessKey: 'guessed' });
  expect(await verdict(stranger)).toBe('invalid');
});

test.each([
  '',
  KEYS.accessKeyId.slice(0, -1),
  `${KEYS.accessKeyId}0`,
  KEYS.accessKeyId.toLowerCase(),
  'constructor',
])('does not know another access key ID (%#)', (id) => {
  expect(knows(requestOf(authorization(KEYS.accessKeyId, id)))).toBe(false);
});
