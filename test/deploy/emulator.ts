import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Children } from './children.ts';
import type { Tools } from './tools.ts';

const REGION = 'us-east-1';

const ROOT = join(import.meta.dirname, '..', '..');

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** The environment of a user: Node 24 and the AWS CLI, but no AWS account. */
const userEnvironment = (tools: Tools, home: string): NodeJS.ProcessEnv => ({
  PATH: [join(ROOT, 'node_modules', '.bin'), join(tools.aws, 'bin'), process.env['PATH'] ?? ''].join(
    delimiter,
  ),
  LANG: 'C.UTF-8',
  // Without the current user's ~/.aws, ~/.cdk.json and npm settings.
  HOME: home,
  TMPDIR: home,
  CI: 'true',
  NO_COLOR: '1',
});

export interface Emulator {
  readonly url: string;
  /** Environment for commands: endpoint, trusted certificate, and credentials that are invalid on AWS. */
  readonly env: NodeJS.ProcessEnv;
  /** Configuration for SDK clients in this process. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly requestHandler: { readonly httpsAgent: Agent };
  };
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  readonly children: Children;
  readonly tools: Tools;
  /** A folder for its files. The emulator keeps its state in memory. */
  readonly home: string;
  readonly log: string;
  /** Names of shims in shims.py. Empty for the unmodified MiniStack. */
  readonly shims: readonly string[];
}

const isReady = (url: string, agent: Agent): Promise<boolean> =>
  new Promise((resolve) => {
    request(`${url}/_ministack/health`, { agent }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .once('error', () => resolve(false))
      .end();
  });

const READY_MS = 30_000;

/**
 * Starts MiniStack on 127.0.0.1 with TLS, because the bootstrap bucket and the queues reject plain HTTP, and with IAM enforced,
 * so that functions can do only what their roles allow.
 */
export const startEmulator = async (options: EmulatorOptions): Promise<Emulator> => {
  const { children, tools, home, log, shims } = options;
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const args = [join(import.meta.dirname, 'shims.py'), ...shims];
  const child = children.start(join(tools.ministack, 'bin', 'python'), args, {
    cwd: home,
    log,
    env: {
      ...userEnvironment(tools, home),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      USE_SSL: '1',
      AUTH: 'true',
      LAMBDA_EXECUTOR: 'local',
      // The limit of a new account.
      LAMBDA_ACCOUNT_CONCURRENCY: '10',
      PERSIST_STATE: '0',
      STATE_DIR: join(home, 'state'),
      S3_DATA_DIR: join(home, 's3'),
    },
  });
  const certificate = join(home, 'ministack-tls', 'server.crt');
  const deadline = Date.now() + READY_MS;
  const isUp = async () =>
    child.exitCode === null &&
    (await readFile(certificate).then(
      (ca) => isReady(url, new Agent({ ca })),
      () => false,
    ));
  while (!(await isUp())) {
    if (Date.now() > deadline || child.exitCode !== null)
      throw new Error(`MiniStack did not start: see ${log}`);
    await sleep(200);
  }
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    url,
    env: {
      ...userEnvironment(tools, home),
      AWS_ENDPOINT_URL: url,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      NODE_EXTRA_CA_CERTS: certificate,
      AWS_CA_BUNDLE: certificate,
    },
    client: {
      endpoint: url,
      region: REGION,
      credentials,
      requestHandler: { httpsAgent: new Agent({ ca: await readFile(certificate) }) },
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.pid !== undefined) {
        process.kill(-child.pid, 'SIGTERM');
        await ended;
      }
    },
  };
};
