// npm run test:year: a year of `npm start` on a simulated machine, in ten minutes. `npm run test:year -- 30` takes a month.
// Prints SKIPPED in capitals where the disk cannot be filled.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingNamespace, NAMESPACE } from './disk.ts';
import { CLOCK_VARIABLE, createClock } from './fast-clock.ts';

const INSTALL = join(import.meta.dirname, 'install-fast-clock.ts');
const YEAR = join(import.meta.dirname, 'year.ts');
const days = process.argv[2] ?? '365';

const home = mkdtempSync(join(tmpdir(), 'year-'));
const missing = missingNamespace();
if (missing !== undefined) console.log(`SKIPPED the full disk: no disk can be mounted here (${missing})`);
const clockFile = join(home, 'clock');
createClock(clockFile).end();
const [command, ...args] = [
  ...(missing === undefined ? NAMESPACE : []),
  ...[process.execPath, '--import', INSTALL, YEAR, home, days, missing === undefined ? 'yes' : 'no'],
];
const child = spawn(command ?? '', args, {
  env: { ...process.env, [CLOCK_VARIABLE]: clockFile },
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
const [code] = await once(child, 'exit');
rmSync(home, { recursive: true, force: true });
process.exitCode = code ?? 1;
