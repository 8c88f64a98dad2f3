// npm run test:power-cut: records a pipeline with strace, rebuilds its data folder as a disk shows it after a power cut at
// 200 random points, and opens each. Ends with 0 and SKIPPED in capitals where strace cannot trace (macOS, containers
// without ptrace). POWER_CUT_SEED repeats the points, not the recording.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hash32, sequenceOf } from '../../services/ring-simulator/sleeper/noise.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { STANDING_CLOCK, TIME_ZONE } from '../reliability/support/pipeline.ts';
import { Acknowledged } from './acknowledged.ts';
import { Disk, type DiskOptions } from './disk.ts';
import type { Said } from './recorded-process.ts';
import { readStored } from './stored-values.ts';
import { readTrace, type Step, straceOf } from './trace.ts';

const POINTS = 200;
/** Days per run, ten times the batches. Their nights fill SQLite's log several times, so it is copied and begun again. */
const DAYS = 300;
/** Points at which a disk that ignores syncs must be noticed. */
const CONTROLS = 5;

/** The first problems that are printed. */
const SHOWN = 20;

/** Disks that ignore some syncs. A suite that does not notice them proves nothing. */
const LIES: Readonly<Record<string, NonNullable<DiskOptions['ignoresSync']>>> = {
  'the log of the tables': (path) => path.endsWith('dynamodb.sqlite-wal'),
  'the log of the queues': (path) => path.endsWith('fauxqs.db-wal'),
  'the folders': (path) => /(data|executions|sqs|root)$/.test(path),
  'small files': (path) => path.endsWith('.new'),
};

const PROCESS = join(import.meta.dirname, 'recorded-process.ts');
const seed = Number(process.env['POWER_CUT_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const chance = sequenceOf(hash32(seed, 0, 'power cut'));
const say = (text: string): void => console.log(text);

/** Why strace cannot trace here, `undefined` if it can. */
const missing = (home: string): string | undefined => {
  const [command = '', ...args] = straceOf(join(home, 'probe'), [process.execPath, '--version']);
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim().split('\n').at(-1));
};

/** Records the process. Its data folder is the only content of `root`. */
const record = async (home: string, root: string): Promise<Step[]> => {
  const ring = await startRingSimulator({
    timeZone: TIME_ZONE,
    clock: STANDING_CLOCK,
    scenario: 'forgetful',
  });
  try {
    const argument = JSON.stringify({ dataDir: join(root, 'data'), baseUrl: ring.url, days: DAYS });
    const trace = join(home, 'trace');
    const [command = '', ...args] = straceOf(trace, [process.execPath, PROCESS, argument]);
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`The recorded process ended with ${code}`);
    return await readTrace(trace, root);
  } finally {
    await ring.stop();
  }
};

const acknowledgedIn = (steps: readonly Step[]): Acknowledged => {
  const begun = new Map<number, number>();
  const acknowledged = new Acknowledged();
  for (const [index, step] of steps.entries()) {
    if (step.kind !== 'said') continue;
    const said = JSON.parse(step.text) as Said;
    if (said.kind === 'begun') begun.set(said.id, index);
    else for (const write of said.writes) acknowledged.add(write, begun.get(said.id) ?? index, index);
  }
  return acknowledged;
};

/** Steps before which the power is cut: half at any change, half just after an acknowledgement. */
const pointsIn = (steps: readonly Step[]): number[] => {
  const positions = (kind: Step['kind']) =>
    steps.flatMap((step, index) => (step.kind === kind ? index + 1 : []));
  const draw = (from: number[], count: number) =>
    Array.from({ length: count }, () => from[Math.floor(chance() * from.length)] ?? 0);
  return [...draw(positions('disk'), POINTS / 2), ...draw(positions('said'), POINTS / 2)].sort(
    (a, b) => a - b,
  );
};

/** What is wrong with a folder after a power cut. */
const problemsOf = async (dataDir: string, acknowledged: Acknowledged, point: number): Promise<string[]> => {
  try {
    return acknowledged.contradictions(await readStored(dataDir), point);
  } catch (error: unknown) {
    return [error instanceof Error ? error.message : String(error)];
  }
};

/** Rebuilds the folder at each point, and returns what is wrong there. */
const cut = async (
  { root, steps, acknowledged }: { root: string; steps: readonly Step[]; acknowledged: Acknowledged },
  points: readonly number[],
  { partial = false, ...options }: DiskOptions & { partial?: boolean } = {},
): Promise<string[]> => {
  const disk = new Disk(root, options);
  const problems: string[] = [];
  let done = 0;
  for (const point of points) {
    for (; done < point; done++) {
      const step = steps[done];
      if (step?.kind === 'disk') step.act(disk);
    }
    const restored = join(mkdtempSync(join(tmpdir(), 'power-cut-')), 'root');
    disk.restore(restored, partial ? chance : undefined);
    const found = await problemsOf(join(restored, 'data'), acknowledged, point);
    const more = found.length > 1 ? ` and ${found.length - 1} more` : '';
    if (found.length > 0) problems.push(`step ${point}: ${found[0]}${more}`);
    rmSync(dirname(restored), { recursive: true });
  }
  return problems;
};

const prove = async (home: string): Promise<number> => {
  const root = join(home, 'root');
  mkdirSync(root);
  const steps = await record(home, root);
  const acknowledged = acknowledgedIn(steps);
  const points = pointsIn(steps);
  const trial = { root, steps, acknowledged };
  const syncs = steps.filter((step) => step.kind === 'disk' && step.syncs).length;
  say(
    `Recorded ${steps.length} steps with ${syncs} syncs and ${acknowledged.countAt(steps.length)} acknowledged writes`,
  );

  const late = points.slice(-CONTROLS);
  const blind: string[] = [];
  for (const [what, ignoresSync] of Object.entries(LIES))
    if ((await cut(trial, late, { ignoresSync })).length === 0) blind.push(what);
  for (const what of blind) say(`FAILED: a disk that ignores the syncs of ${what} was not noticed`);

  const strict = await cut(trial, points);
  say(`${points.length} power cuts, files as of the last sync: ${strict.length} problems`);
  const partial = await cut(trial, points, { partial: true });
  say(`${points.length} power cuts, with random parts of what was not synced: ${partial.length} problems`);
  const problems = [...strict, ...partial];
  for (const problem of problems.slice(0, SHOWN)) say(`FAILED ${problem}`);
  return problems.length + blind.length === 0 ? 0 : 1;
};

const home = mkdtempSync(join(tmpdir(), 'power-cut-'));
try {
  const reason = missing(home);
  if (reason === undefined) {
    say(`POWER_CUT_SEED=${seed}`);
    process.exitCode = await prove(home);
  } else say(`\n*** SKIPPED: power cuts were NOT simulated. strace cannot trace here: ${reason} ***\n`);
} finally {
  rmSync(home, { recursive: true });
}
