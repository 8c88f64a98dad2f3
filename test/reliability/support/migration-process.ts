import { readSettings } from '../../../cdk/settings.ts';
import { openLocal } from '../../../services/local/start.ts';
import { clockFrom } from '../../../shared/core/clock.ts';
import { stackTemplate } from '../../helpers/stack-template.ts';
import { NOON } from './pipeline.ts';

// A process for tests to kill: opens a data folder as a command does, and closes it again. Prints `begun` before and `open`
// after the old tables are copied. Argument: the data folder.

const dataDir = process.argv[2] ?? '';
const settings = readSettings({});
const template = await stackTemplate(settings);
process.stdout.write('begun\n');
try {
  const services = await openLocal({
    settings,
    template,
    dataDir,
    clock: clockFrom(NOON),
    secrets: {},
    console,
  });
  process.stdout.write('open\n');
  await services.stop();
} catch (error: unknown) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
