// npm run test:engines: the contracts of the embedded DynamoDB and SQS, and the tests of the code that uses them, against
// AWS's DynamoDB Local and ElasticMQ; with an argument such as `elasticmq`, against that one. Both are installed with Maven into the user's cache folder. Prints SKIPPED in capitals
// for each engine that cannot be installed, because Maven, Java 17 or Maven's repository is missing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A second engine of a service that we emulate. */
interface Engine {
  readonly name: string;
  readonly version: string;
  /** The folder of its version in the user's cache, and its artifact in Maven's repository. */
  readonly folder: string;
  readonly groupId: string;
  readonly artifactId: string;
  /** The arguments of `java`, apart from the class path. */
  command(port: number, libraries: string): readonly string[];
  /** The variable that makes the tests use it. */
  readonly variable: string;
  /** Which test files run against it. */
  readonly patterns: readonly string[];
}

const ENGINES: readonly Engine[] = [
  {
    name: 'DynamoDB Local',
    version: '2.6.1',
    folder: 'dynamodb-local',
    groupId: 'com.amazonaws',
    artifactId: 'DynamoDBLocal',
    // It keeps the tables of each access key ID and region apart.
    command: (port, libraries) => [
      `-Djava.library.path=${libraries}`,
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      ...['-inMemory', '-disableTelemetry', '-port', String(port)],
    ],
    variable: 'DYNAMODB_LOCAL',
    patterns: ['dynamodb/.*contract', 'test/aws/store'],
  },
  {
    name: 'ElasticMQ',
    version: '1.7.1',
    folder: 'elasticmq',
    groupId: 'org.elasticmq',
    artifactId: 'elasticmq-server_2.13',
    command: (port) => [
      ...[`-Drest-sqs.bind-port=${port}`, '-Drest-sqs.bind-hostname=127.0.0.1', '-Drest-stats.enabled=false'],
      ...[`-Dnode-address.port=${port}`, '-Dnode-address.host=127.0.0.1'],
      'org.elasticmq.server.Main',
    ],
    variable: 'ELASTICMQ',
    patterns: ['queues.contract', 'operations/parked-messages', 'redrive/move-messages'],
  },
];

const CACHE = join(homedir(), '.cache', 'oura-sleep-sync');
/** Several times what a busy machine takes. */
const START_MS = 60_000;
const POLL_MS = 100;

const pomOf = ({
  groupId,
  artifactId,
  version,
}: Engine): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
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

const folderOf = ({ folder, version }: Engine): string => join(CACHE, `${folder}-${version}`);
const librariesOf = (engine: Engine): string => join(folderOf(engine), 'lib');

/** Installs an engine once. Returns what is missing, `undefined` if nothing is. */
const install = (engine: Engine): string | undefined => {
  const folder = folderOf(engine);
  mkdirSync(folder, { recursive: true });
  const java = failure(folder, 'java', '-version');
  if (java !== undefined) return `java: ${java}`;
  // Written last, so an incomplete installation is repeated.
  const done = join(folder, 'complete');
  if (existsSync(done)) return undefined;
  console.error(`Installing ${engine.name} ${engine.version} in ${folder}`);
  rmSync(librariesOf(engine), { recursive: true, force: true });
  writeFileSync(join(folder, 'pom.xml'), pomOf(engine));
  const maven = failure(
    folder,
    'mvn',
    ...[
      '--quiet',
      '--batch-mode',
      'dependency:copy-dependencies',
      `-DoutputDirectory=${librariesOf(engine)}`,
    ],
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

/** Starts an engine, which keeps everything in memory. */
const start = async (engine: Engine): Promise<{ url: string; stop(): void }> => {
  const port = await freePort();
  const libraries = librariesOf(engine);
  const server = spawn('java', ['-cp', join(libraries, '*'), ...engine.command(port, libraries)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (const begun = performance.now(); performance.now() - begun < START_MS; await sleep(POLL_MS)) {
    if (server.exitCode !== null) throw new Error(`${engine.name} ended with ${server.exitCode}`);
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) return { url, stop: () => server.kill() };
  }
  server.kill();
  throw new Error(`${engine.name} did not answer within ${START_MS / 1000} s`);
};

const [only = ''] = process.argv.slice(2);

for (const engine of ENGINES.filter(({ folder }) => folder.includes(only))) {
  const missing = install(engine);
  if (missing !== undefined) {
    console.error(`\n*** SKIPPED: nothing was compared with ${engine.name}. Missing: ${missing} ***\n`);
    continue;
  }
  console.error(`${engine.name} ${engine.version}:`);
  const { url, stop } = await start(engine);
  const { status } = spawnSync('npm', ['test', '--', ...engine.patterns, '--maxWorkers=1'], {
    stdio: 'inherit',
    env: { ...process.env, [engine.variable]: url },
  });
  stop();
  if (status !== 0) process.exitCode = status ?? 1;
}
