// npm run test:inspector: asks every tool of `oura-sleep-sync mcp` through the CLI of the official inspector, which npx installs.
// Ends with 0 and SKIPPED in capitals if npm's registry cannot be reached.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0';
const LAUNCHER = join(import.meta.dirname, '..', '..', 'services', 'cli', 'launch.cjs');
const folder = mkdtempSync(join(tmpdir(), 'oura-sync-inspector-'));
const dataDir = join(folder, 'data');

const run = (command: string, ...args: string[]) =>
  spawnSync(command, args, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024, timeout: 300_000 });

const range = { from: '2026-03-01', to: '2026-03-10' };
/** The arguments of each tool. */
const TOOLS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  status: {},
  due: {},
  gaps: range,
  nights: { ...range, fields: ['sleep_score', 'hrv'] },
  night: { date: '2026-03-05' },
  compare_nights: { first: { from: '2026-03-01', to: '2026-03-05' }, second: range },
  insights: { parts: ['trends'] },
};

const inspect = (...args: string[]): unknown => {
  const server = [process.execPath, LAUNCHER, 'mcp', '--data-dir', dataDir];
  const { status, stdout, stderr } = run('npx', '--yes', INSPECTOR, '--cli', ...server, ...args);
  if (status !== 0) throw new Error(`the inspector ended with ${status} for ${args.join(' ')}:\n${stderr}`);
  return JSON.parse(stdout);
};

/** Why the inspector is not there; undefined if it is. */
const missingInspector = (): string | undefined => {
  const { status, stderr } = run('npx', '--yes', INSPECTOR, '--help');
  return status === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? `npx ended with ${status}`);
};

try {
  const missing = missingInspector();
  if (missing !== undefined) {
    console.error(`\n*** SKIPPED: the server for assistants was NOT inspected: ${missing} ***\n`);
  } else {
    const now = '2026-03-10T12:00:00-07:00';
    const started = run(
      process.execPath,
      LAUNCHER,
      'start',
      '--once',
      '--days',
      '10',
      '--now',
      now,
      '--data-dir',
      dataDir,
    );
    if (started.status !== 0) throw new Error(started.stderr);
    const { tools } = inspect('--method', 'tools/list') as { tools: { name: string }[] };
    const names = tools.map(({ name }) => name).sort();
    if (names.join() !== Object.keys(TOOLS).sort().join()) throw new Error(`other tools: ${names.join()}`);
    for (const [name, args] of Object.entries(TOOLS)) {
      const given = Object.entries(args).flatMap(([key, value]) => [
        '--tool-arg',
        `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      ]);
      const { content } = inspect('--method', 'tools/call', '--tool-name', name, ...given) as {
        content: { text: string }[];
      };
      if (!('freshness' in JSON.parse(content[0]?.text ?? '{}'))) throw new Error(`no answer from ${name}`);
    }
    console.log(`${names.length} tools answered through ${INSPECTOR}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
