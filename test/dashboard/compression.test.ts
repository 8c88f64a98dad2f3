import { servePage, type TestPage } from './support/served.ts';

let page: TestPage;
beforeAll(async () => {
  page = await servePage();
});
afterAll(() => page.stop());

/** What a client with these encodings gets: the encoding that the server chose, and the decoded text. */
const read = async (path: string, encodings: string) => {
  const response = await fetch(`${page.url}${path}`, {
    headers: { ...page.session, 'accept-encoding': encodings },
  });
  return { encoding: response.headers.get('content-encoding'), text: await response.text() };
};

test('the script and the styles arrive as Brotli, as gzip or plain, and are always the same', async () => {
  const { text: shell } = await read('/', 'identity');
  const paths = [...shell.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  expect(paths).toHaveLength(2);
  for (const path of paths) {
    const plain = await read(path, 'identity');
    expect(plain.encoding).toBeNull();
    expect(await read(path, 'gzip, deflate, br, zstd')).toEqual({ ...plain, encoding: 'br' });
    expect(await read(path, 'gzip, br;q=0')).toEqual({ ...plain, encoding: 'gzip' });
  }
});

test('answers are compressed, but no download and no stream', async () => {
  const encodingOf = async (path: string) => (await read(path, 'gzip')).encoding;
  expect(await encodingOf('/api/insights')).toBe('gzip');
  expect(await encodingOf('/api/export?format=csv')).toBeNull();
  const stream = await fetch(`${page.url}/api/pipeline/events`, {
    headers: { ...page.session, 'accept-encoding': 'gzip' },
  });
  expect(stream.headers.get('content-encoding')).toBeNull();
  await stream.body?.cancel();
});
