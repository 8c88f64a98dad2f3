import { openFolder } from './open-folder.ts';

// A process for tests to kill: opens a data folder as a command does, and closes it again. Prints `begun` before and `open`
// after the old tables are copied. Argument: the data folder.

const dataDir = process.argv[2] ?? '';
process.stdout.write('begun\n');
try {
  const services = await openFolder(dataDir);
  process.stdout.write('open\n');
  await services.stop();
} catch (error: unknown) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
