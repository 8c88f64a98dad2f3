// npm run test:engines: the contract of the embedded DynamoDB, and the tests of the table store, against AWS's DynamoDB
// Local. It is installed with Maven into the user's cache folder. Ends with 0 and SKIPPED in capitals where Maven, Java 17
// or Maven's repository is missing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const VERSION = '2.6.1';
const PATTERNS = ['dynamodb/.*contract', 'test/aws/store'];
const CACHE = join(homedir(), '.cache', 'oura-sleep-sync', `dynamodb-local-${VERSION}`);
const LIBRARIES = join(CACHE, 'lib');
/** Several times what a busy machine takes. */
const START_MS = 60_000;
const POLL_MS = 100;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>dynamodb-local</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>${VERSION}</version>
  </dependency></dependencies>
</project>`;

/** Runs a command. Returns why it failed, `undefined` if it did not. */
const failure = (command: string, ...args: string[]): string | undefined => {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: CACHE, encoding: 'utf8' });
  if (status === 0) return undefined;
  return (
    error?.message ??
    `${stdout}${stderr}`
      .trim()
      .split('\n')
      .find((line) => /ERROR|rror:/.test(line))
  );
};

/** Installs DynamoDB Local once. Returns what is missing, `undefined` if nothing is. */
const install = (): string | undefined => {
  mkdirSync(CACHE, { recursive: true });
  const java = failure('java', '-version');
  if (java !== undefined) return `java: ${java}`;
  // Written last, so an incomplete installation is repeated.
  const done = join(CACHE, 'complete');
  if (existsSync(done)) return undefined;
  console.error(`Installing DynamoDB Local ${VERSION} in ${CACHE}`);
  rmSync(LIBRARIES, { recursive: true, force: true });
  writeFileSync(join(CACHE, 'pom.xml'), POM);
  const maven = failure(
    'mvn',
    ...['--quiet', '--batch-mode', 'dependency:copy-dependencies', `-DoutputDirectory=${LIBRARIES}`],
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

/** Starts DynamoDB Local in memory. It keeps the tables of each access key ID and region apart. */
const start = async (): Promise<{ url: string; stop(): void }> => {
  const port = await freePort();
  const server = spawn(
    'java',
    [
      ...[`-Djava.library.path=${LIBRARIES}`, '-cp', join(LIBRARIES, '*')],
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      ...['-inMemory', '-disableTelemetry', '-port', String(port)],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const url = `http://127.0.0.1:${port}`;
  for (const begun = performance.now(); performance.now() - begun < START_MS; await sleep(POLL_MS)) {
    if (server.exitCode !== null) throw new Error(`DynamoDB Local ended with ${server.exitCode}`);
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) return { url, stop: () => server.kill() };
  }
  server.kill();
  throw new Error(`DynamoDB Local did not answer within ${START_MS / 1000} s`);
};

const missing = install();
if (missing === undefined) {
  const { url, stop } = await start();
  const { status } = spawnSync('npm', ['test', '--', ...PATTERNS, '--maxWorkers=1'], {
    stdio: 'inherit',
    env: { ...process.env, DYNAMODB_LOCAL: url },
  });
  stop();
  process.exitCode = status ?? 1;
} else console.error(`\n*** SKIPPED: nothing was compared with DynamoDB Local. Missing: ${missing} ***\n`);
