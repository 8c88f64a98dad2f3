import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChildren } from './children.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { findGaps } from './preflight.ts';
import { checkOutPrevious, PREVIOUS_COMMIT } from './previous-version.ts';
import { check, createProof } from './proof.ts';
import { readmeScript } from './readme.ts';
import { createReport, type Report } from './report.ts';
import { prove } from './steps.ts';
import { installTools, MINISTACK, type Tools, Unavailable } from './tools.ts';

// `npm run test:deploy`: carries out README's deploy section with the real CDK command line on MiniStack, an emulator
// of AWS, and runs the deployed pipeline there. Nothing leaves this machine but the installation from PyPI.

/** About twice the duration on two shared cores. */
const LIMIT_MS = 30 * 60_000;

const print = (text: string) => process.stdout.write(`${text}\n`);
const children = createChildren();
const home = await mkdtemp(join(tmpdir(), 'deploy-proof-'));
const log = join(home, 'log.txt');

process.on('exit', () => children.end());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
setTimeout(() => {
  print(`\nFAILED: not done within ${LIMIT_MS / 60_000} minutes. Log: ${log}`);
  process.exit(1);
}, LIMIT_MS).unref();

const skipped = (reason: string): void => {
  const bar = '!'.repeat(80);
  print(`${bar}\nSKIPPED: npm run test:deploy proved nothing here.\n${reason}\n${bar}`);
};

/** Starts the emulator with the shims it needs: probes it without shims, then again with them. */
const startMended = async (report: Report, tools: Tools): Promise<Emulator> => {
  const options = { children, tools, home, log };
  let shims: readonly string[] = [];
  await report.step('preflight: what the emulator lacks', async () => {
    const bare = await startEmulator({ ...options, shims });
    const gaps = await findGaps(bare);
    await bare.stop();
    for (const { name, what, shim } of gaps) print(`   gap ${name}: ${what}${shim ? ' – SHIM in use' : ''}`);
    const hopeless = gaps.filter(({ shim }) => !shim).map(({ name }) => name);
    check(hopeless.length === 0, `there is no shim for ${hopeless}`);
    shims = gaps.map(({ name }) => name);
    return shims.length === 0 ? 'nothing' : `shims in use: ${shims.join(', ')}`;
  });
  const mended = await startEmulator({ ...options, shims });
  await report.step('preflight again, with the shims', async () => {
    const gaps = await findGaps(mended);
    check(gaps.length === 0, `still missing: ${gaps.map(({ name }) => name)}`);
    return 'no gap is left';
  });
  return mended;
};

const run = async (): Promise<void> => {
  const report = createReport();
  try {
    let tools: Tools | undefined;
    let previous = '';
    await report.step('install', async () => {
      tools = await installTools(children);
      previous = checkOutPrevious(home);
      return `ministack ${MINISTACK} from PyPI, and version ${PREVIOUS_COMMIT} from git`;
    });
    if (tools === undefined) return;
    const emulator = await startMended(report, tools);
    print(`   MiniStack ${MINISTACK} at ${emulator.url}, over TLS, with IAM enforced; log: ${log}`);
    await prove(createProof({ emulator, report, readme: readmeScript(), home, previous }, { children, log }));
  } catch (error: unknown) {
    if (error instanceof Unavailable) return skipped(error.message);
    print(
      `\n${report.asTable()}\nFAILED. Log: ${log}\n${error instanceof Error ? error.stack : String(error)}`,
    );
    process.exitCode = 1;
    return;
  }
  print(`\n${report.asTable()}`);
  print(`PASSED: deployed to MiniStack ${MINISTACK}, an emulator; not to a real account.`);
  print(
    'It does not show metrics and alarm states, which it does not compute, the throttling of the HTTP API, the timing of AWS, or service limits.',
  );
};

await run();
children.end();
if (process.exitCode === undefined) await rm(home, { recursive: true, force: true });
process.exit();
