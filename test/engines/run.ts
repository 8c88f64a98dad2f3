// npm run test:engines: the contracts of the embedded DynamoDB, SQS and Step Functions, and the tests of the code that uses
// them, against AWS's DynamoDB Local, ElasticMQ and moto; with an argument such as `elasticmq`, against that one. The first two
// are installed with Maven into the user's cache folder, moto with pip into node_modules/.cache. Prints SKIPPED in capitals for
// each engine that cannot be installed, because Maven, Java 17, Python or their repository is missing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pythonPackages } from '../helpers/python-packages.ts';

/** A second engine of a service that we emulate. */
interface Engine {
  readonly name: string;
  readonly version: string;
  /** Selects it as an argument of the script. */
  readonly id: string;
  /** Installs it once. Returns what is missing, `undefined` if nothing is. */
  install(): string | undefined;
  /** The server's command and its arguments. */
  command(port: number): readonly [command: string, ...args: string[]];
  /** Additional variables of the server's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Prepares the server after its start. */
  prepare?(url: string): Promise<unknown>;
  /** The variables that make the tests use it. */
  testEnv(url: string): NodeJS.ProcessEnv;
  /** Which test files run against it. */
  readonly patterns: readonly string[];
}

/** An artifact in Maven's repository. */
interface Artifact {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

const CACHE = join(homedir(), '.cache', 'oura-sleep-sync');
/** Several times what a busy machine takes. */
const START_MS = 60_000;
const POLL_MS = 100;

const pomOf = ({
  groupId,
  artifactId,
  version,
}: Artifact): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>engine</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>`;

/** Runs a command in `cwd`. Returns why it failed, `undefined` if it did not. */
const failure = (cwd: string, command: string, ...args: string[]): string | undefined => {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return undefined;
  return (
    error?.message ??
    `${stdout}${stderr}`
      .trim()
      .split('\n')
      .find((line) => /ERROR|rror:/.test(line))
  );
};

/** The folder of the libraries of an artifact. */
const librariesOf = (folder: string): string => join(CACHE, folder, 'lib');

const installArtifact = (name: string, artifact: Artifact, into: string): string | undefined => {
  const folder = join(CACHE, into);
  mkdirSync(folder, { recursive: true });
  const java = failure(folder, 'java', '-version');
  if (java !== undefined) return `java: ${java}`;
  // Written last, so an incomplete installation is repeated.
  const done = join(folder, 'complete');
  if (existsSync(done)) return undefined;
  console.error(`Installing ${name} ${artifact.version} in ${folder}`);
  rmSync(librariesOf(into), { recursive: true, force: true });
  writeFileSync(join(folder, 'pom.xml'), pomOf(artifact));
  const maven = failure(
    folder,
    'mvn',
    ...['--quiet', '--batch-mode', 'dependency:copy-dependencies', `-DoutputDirectory=${librariesOf(into)}`],
  );
  if (maven !== undefined) return `mvn: ${maven}`;
  writeFileSync(done, '');
  return undefined;
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

type JavaEngine = Artifact &
  Pick<Engine, 'name' | 'id' | 'patterns'> & {
    readonly variable: string;
    /** The arguments of `java`, apart from the class path. */
    args(port: number, libraries: string): readonly string[];
  };

/** An engine from Maven's repository. */
const javaEngine = ({ name, id, patterns, variable, args, ...artifact }: JavaEngine): Engine => {
  const folder = `${id}-${artifact.version}`;
  const libraries = librariesOf(folder);
  return {
    name,
    version: artifact.version,
    id,
    install: () => installArtifact(name, artifact, folder),
    command: (port) => ['java', '-cp', join(libraries, '*'), ...args(port, libraries)],
    testEnv: (url) => ({ [variable]: url }),
    patterns,
  };
};

const MOTO_VERSION = '5.2.5';
const MOTO = pythonPackages(`moto-${MOTO_VERSION}`, [`moto[server,stepfunctions]==${MOTO_VERSION}`]);
/** moto calls the functions of a state machine at this port of localhost. The tests serve Lambda there. */
const MOTO_FUNCTIONS_PORT = String(await freePort());

const ENGINES: readonly Engine[] = [
  javaEngine({
    name: 'DynamoDB Local',
    version: '2.6.1',
    id: 'dynamodb-local',
    groupId: 'com.amazonaws',
    artifactId: 'DynamoDBLocal',
    // It keeps the tables of each access key ID and region apart.
    args: (port, libraries) => [
      `-Djava.library.path=${libraries}`,
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      ...['-inMemory', '-disableTelemetry', '-port', String(port)],
    ],
    variable: 'DYNAMODB_LOCAL',
    patterns: ['dynamodb/.*contract', 'test/aws/store'],
  }),
  javaEngine({
    name: 'ElasticMQ',
    version: '1.7.1',
    id: 'elasticmq',
    groupId: 'org.elasticmq',
    artifactId: 'elasticmq-server_2.13',
    args: (port) => [
      ...[`-Drest-sqs.bind-port=${port}`, '-Drest-sqs.bind-hostname=127.0.0.1', '-Drest-stats.enabled=false'],
      ...[`-Dnode-address.port=${port}`, '-Dnode-address.host=127.0.0.1'],
      'org.elasticmq.server.Main',
    ],
    variable: 'ELASTICMQ',
    patterns: ['queues.contract', 'operations/parked-messages', 'redrive/move-messages'],
  }),
  {
    name: 'moto',
    version: MOTO_VERSION,
    id: 'moto',
    install: () => MOTO.install(),
    command: (port) => [MOTO.command('moto_server'), '-H', '127.0.0.1', '-p', String(port)],
    // The port where the interpreter calls other services. `-p` has precedence for the server's own.
    env: { MOTO_PORT: MOTO_FUNCTIONS_PORT },
    // Without it, each execution succeeds at once.
    prepare: (url) =>
      fetch(`${url}/moto-api/config`, {
        method: 'POST',
        body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
      }),
    testEnv: (url) => ({ MOTO: url, MOTO_FUNCTIONS_PORT }),
    patterns: ['state-machine.contract'],
  },
];

/** Starts an engine, which keeps everything in memory. */
const start = async (engine: Engine): Promise<{ url: string; stop(): void }> => {
  const port = await freePort();
  const [command, ...args] = engine.command(port);
  // A file, because moto logs each request, and a pipe would be full while the tests run.
  const log = join(CACHE, `${engine.id}.log`);
  mkdirSync(CACHE, { recursive: true });
  const server = spawn(command, args, {
    stdio: ['ignore', 'ignore', openSync(log, 'w')],
    env: { ...process.env, ...engine.env },
  });
  const url = `http://127.0.0.1:${port}`;
  for (const begun = performance.now(); performance.now() - begun < START_MS; await sleep(POLL_MS)) {
    if (server.exitCode !== null)
      throw new Error(`${engine.name} ended with ${server.exitCode}. Its log: ${log}`);
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (!answers) continue;
    await engine.prepare?.(url);
    return { url, stop: () => server.kill() };
  }
  server.kill();
  throw new Error(`${engine.name} did not answer within ${START_MS / 1000} s. Its log: ${log}`);
};

const [only = ''] = process.argv.slice(2);

for (const engine of ENGINES.filter(({ id }) => id.includes(only))) {
  const missing = engine.install();
  if (missing !== undefined) {
    console.error(`\n*** SKIPPED: nothing was compared with ${engine.name}. Missing: ${missing} ***\n`);
    continue;
  }
  console.error(`${engine.name} ${engine.version}:`);
  const { url, stop } = await start(engine);
  const { status } = spawnSync('npm', ['test', '--', ...engine.patterns, '--maxWorkers=1'], {
    stdio: 'inherit',
    env: { ...process.env, ...engine.testEnv(url) },
  });
  stop();
  if (status !== 0) process.exitCode = status ?? 1;
}
