import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import * as sdk from '@aws-sdk/client-ssm';

type Ssm = Pick<typeof sdk, 'SSMClient' | 'GetParameterCommand' | 'PutParameterCommand'>;
/** What is sent for a command of that name. */
type Make = (ssm: Ssm) => sdk.GetParameterCommand | sdk.PutParameterCommand;
const get: Make = ({ GetParameterCommand }) =>
  new GetParameterCommand({ Name: '/a/key', WithDecryption: true });
const put: Make = ({ PutParameterCommand }) =>
  new PutParameterCommand({
    Name: '/a/key',
    Value: '{"access_token":"sch\u00f6n"}',
    Type: 'SecureString',
    Overwrite: true,
    Tier: 'Intelligent-Tiering',
  });
interface Sent {
  readonly hostname: string;
  readonly protocol: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'oura-sync-ssm-'));
let substitute: Ssm;
beforeAll(async () => {
  // Bundled as it will be: its parts of the SDK are ES modules that only a bundler reads.
  const file = join(folder, 'client-ssm.mjs');
  const args = ['--bundle', '--platform=node', '--format=esm', '--main-fields=module,main'];
  execFileSync(
    join(ROOT, 'node_modules', '.bin', 'esbuild'),
    ['cdk/bundling/client-ssm.ts', ...args, '--log-level=error', `--outfile=${file}`],
    { cwd: ROOT },
  );
  substitute = (await import(pathToFileURL(file).href)) as Ssm;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the client of `ssm` sends for one command, and what becomes of `answer`. */
const ask = async (
  ssm: Ssm,
  make: Make,
  config: sdk.SSMClientConfig,
  answer: { status: number; body: object },
): Promise<{ sent: Sent; got: unknown }> => {
  const sent: Sent[] = [];
  const client = new ssm.SSMClient({
    credentials: { accessKeyId: 'local', secretAccessKey: 'local', sessionToken: 'token' },
    maxAttempts: 1,
    ...config,
    requestHandler: {
      handle: async (request: Sent) => {
        sent.push(request);
        const body = Readable.from([JSON.stringify(answer.body)]);
        return { response: { statusCode: answer.status, headers: {}, body } };
      },
    } as never,
  });
  const got: unknown = await client
    .send(make(ssm) as sdk.GetParameterCommand)
    .catch((error: unknown) => error);
  const [request] = sent;
  if (request === undefined) throw new Error(`Nothing was sent: ${String(got)}`);
  return { sent: request, got };
};

/** The request without what differs from one to the next: ids, time, and the name of the sending package. */
const comparable = ({ hostname, protocol, path, headers, body }: Sent) => ({
  hostname,
  protocol,
  path,
  body: new TextDecoder().decode(body),
  headers: Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !/user-agent|invocation-id|x-amz-date/.test(name))
      .map(([name, value]) => [name, value.replace(/Signature=\w+/, '')]),
  ),
});

const FOUND = { status: 200, body: { Parameter: { Name: '/a/key', Type: 'SecureString', Value: 'secret' } } };

test.each([
  ['us-east-1', {}],
  ['eu-central-1', {}],
  ['us-gov-west-1', {}],
  ['us-gov-west-1', { useFipsEndpoint: true }],
  ['us-east-1', { useFipsEndpoint: true }],
  ['us-east-1', { useDualstackEndpoint: true }],
  ['cn-north-1', {}],
  ['us-east-1', { endpoint: 'http://127.0.0.1:9' }],
])("sends the request that the SDK's client sends: %s %j", async (region, options) => {
  const [ours, theirs] = await Promise.all(
    [substitute, sdk].map((ssm) => ask(ssm, get, { region, ...options }, FOUND)),
  );
  expect(comparable(ours?.sent as Sent)).toEqual(comparable(theirs?.sent as Sent));
  expect(ours?.sent.headers['x-amz-target']).toBe('AmazonSSM.GetParameter');
});

test("sends the PutParameter that the SDK's client sends", async () => {
  const answer = { status: 200, body: { Version: 2, Tier: 'Standard' } };
  const [ours, theirs] = await Promise.all(
    [substitute, sdk].map((ssm) => ask(ssm, put, { region: 'us-east-1' }, answer)),
  );
  expect(comparable(ours?.sent as Sent)).toEqual(comparable(theirs?.sent as Sent));
  expect(ours?.sent.headers['x-amz-target']).toBe('AmazonSSM.PutParameter');
  expect(JSON.parse(comparable(ours?.sent as Sent).body)).toMatchObject({ Overwrite: true });
  expect(ours?.got).not.toBeInstanceOf(Error);
});

test('gives the value', async () => {
  const { got } = await ask(substitute, get, { region: 'us-east-1' }, FOUND);
  expect(got).toMatchObject({ Parameter: { Value: 'secret' } });
});

test.each(['ParameterNotFound', 'AccessDeniedException', 'InvalidKeyId', 'ThrottlingException'])(
  'throws %s by its name, with the sentence and the status',
  async (name) => {
    const answer = { status: 400, body: { __type: `com.amazonaws.ssm#${name}`, message: 'No.' } };
    for (const ssm of [substitute, sdk]) {
      const { got } = await ask(ssm, get, { region: 'us-east-1' }, answer);
      expect(got).toMatchObject({
        name,
        message: 'No.',
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      });
      expect(got).toBeInstanceOf(Error);
    }
  },
);
