import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays, dayIn } from '../../shared/core/day.ts';
import { type DataFolder, runCommand, startCommand, temporaryDataDir } from '../helpers/command.ts';

// Each command once, as a process, as a user starts it. What each command does is tested in the other files of this folder.

const TODAY = dayIn('America/Los_Angeles', Date.now());

interface Smoke {
  readonly args?: readonly string[];
  readonly code: number;
  /** What the first lines of standard output look like. */
  readonly prints: RegExp;
  /** For a command that runs until Ctrl-C: interrupts it once it has printed this. */
  readonly stopsAfter?: string;
}

const scratch = mkdtempSync(join(tmpdir(), 'oura-sync-smoke-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const TABLE = /^┌─/;
const SMOKE: Readonly<Record<string, Smoke>> = {
  start: { args: ['--once', '--days', '2'], code: 0, prints: /^Ring +simulated \(steady/ },
  // Two weeks: the simulated lifter sometimes skips every session of one.
  backfill: { args: ['--from', addDays(TODAY, -13)], code: 0, prints: /^Ring +simulated/ },
  // Without --help it would ask for an AWS account.
  deploy: { args: ['--help'], code: 0, prints: /^Usage: npm run deploy -- \[options\]\n/ },
  connect: { args: ['--status'], code: 1, prints: TABLE },
  // Without --help it would need a connected application.
  webhooks: { args: ['--help'], code: 0, prints: /^Usage: npm run webhooks -- / },
  dashboard: {
    args: ['--port', '0'],
    code: 0,
    prints: /^Page +http:\/\/127\.0\.0\.1:/m,
    stopsAfter: 'Ctrl-C',
  },
  // Both need a process that serves the folder.
  endpoint: { args: ['--help'], code: 0, prints: /^Usage: npm run endpoint -- / },
  service: { args: ['--help'], code: 0, prints: /^Usage: npm run service -- / },
  status: {
    code: 0,
    prints:
      /^┌─.*\n│ pipeline +│ not running: nothing syncs until you run npm start [^│]+│\n│ last run +│ complete \(/,
  },
  export: { code: 0, prints: /^\[\n {2}\{\n {4}"date": "\d{4}-\d\d-\d\d",\n/ },
  features: { code: 0, prints: /^date,/ },
  insights: {
    code: 0,
    prints: /^Simulated nights and training, not yours\..*\n\nInsights as of \d{4}-\d\d-\d\d\n/,
  },
  gaps: { code: 0, prints: /^No gaps/ },
  failures: { code: 0, prints: /^No failed dates/ },
  // Without --dry-run it would start the workers.
  redrive: { args: ['--dry-run'], code: 0, prints: /^Nothing is parked/ },
  workouts: { code: 0, prints: /^Simulated nights and training, not yours\..*\n┌─.*\n│ date / },
  doctor: { code: 0, prints: /^┌─(.*\n)+?│ ok +│ Node / },
  // Without --help it would need an account, or a network.
  contract: { args: ['--help'], code: 0, prints: /^Usage: npm run contract -- / },
  // Without --help it would wait for an assistant.
  mcp: { args: ['--help'], code: 0, prints: /^Usage: .*oura-sleep-sync mcp / },
  backup: { args: ['--out', join(scratch, 'backup')], code: 0, prints: /^Wrote \/.*\/backup \(\d+ kB\)/ },
  // Without --help it would need another folder.
  restore: { args: ['--help'], code: 0, prints: /^Usage: npm run restore -- / },
  forget: { args: ['--yes'], code: 0, prints: /^This deletes \d+ files in .*\nDeleted the data / },
};

let dataDir: DataFolder;
beforeAll(async () => {
  dataDir = await temporaryDataDir();
});
afterAll(() => dataDir.remove());

// In the order above: start fills the data folder for the others.
test.each(Object.entries(SMOKE))(
  '%s runs, and prints what a user expects',
  async (name, smoke) => {
    const { args = [], code, prints, stopsAfter } = smoke;
    const command = startCommand([name, ...args, ...dataDir.option]);
    if (stopsAfter !== undefined) {
      await command.printed(stopsAfter);
      command.process.kill('SIGINT');
    }
    const ended = await command.ended;
    expect(ended).toMatchObject({ code, signal: null, stderr: '' });
    expect(ended.stdout).toMatch(prints);
  },
  60_000,
);

test('every command that the program lists is started here', async () => {
  const { stdout } = await runCommand(['--help']);
  const listed = stdout
    .slice(stdout.indexOf('Commands:'))
    .split('\n')
    .flatMap((line) => /^ {2}([a-z]+)\b/.exec(line)?.[1] ?? [])
    .filter((name) => name !== 'help');
  expect(Object.keys(SMOKE).sort()).toEqual(listed.sort());
});
