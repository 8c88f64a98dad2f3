import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { type DataFolder, runCommand, temporaryDataDir } from '../helpers/command.ts';

// All tests use one data folder after one run.
let dataDir: DataFolder;
const run = (...args: string[]) => runCommand([...args, ...dataDir.option]);
const fileIn = (name: string) => join(dirname(dataDir.path), name);

beforeAll(async () => {
  dataDir = await temporaryDataDir();
  await mkdir(dirname(dataDir.path), { recursive: true });
  const now = ['--now', '2026-03-10T12:00:00-07:00'];
  expect(await run('start', '--once', '--days', '30', ...now)).toMatchObject({ code: 0 });
}, 60_000);
afterAll(() => dataDir.remove());

const HEADER = 'title,start_time,exercise_title,set_type,weight_kg,reps';
const GOOD = [
  'Push,"2 Mar 2026, 18:00",Bench Press,normal,80,8',
  'Push,"2 Mar 2026, 18:00",Bench Press,normal,80,7',
];
const AHEAD = 'Push,"2 Mar 2099, 18:00",Bench Press,normal,80,8';
const SIMULATED = 'The simulated workouts no longer count: they count only while there are no others.';
const STILL_SIMULATED = 'The nights are still simulated, so npm run insights says nothing about you.';
const BAD = 'Push,"2 Mar 2026, 18:00",Bench Press,normal,much,7';

describe('before anything is imported', () => {
  test("lists the simulated lifter's training days", async () => {
    const { code, stdout } = await run('workouts', '--format', 'json');
    const days = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(days.length).toBeGreaterThan(12);
    expect(days[0]).toMatchObject({
      date: expect.stringMatching(/^2026-02-/),
      volume_load: expect.any(Number),
      sets: expect.any(Number),
      estimated_1rm_change: null,
    });
    const table = (await run('workouts', '--from', '2026-03-01')).stdout;
    expect(table).toMatch(/^Simulated nights and training, not yours\. To connect your ring, run /);
    expect(table).toContain('volume load kg');
    expect((await run('insights')).stdout).toMatch(/^Simulated nights and training, not yours\. /);
    const insights = await run('insights', '--format', 'json');
    expect(JSON.parse(insights.stdout).simulated).toEqual({ nights: true, training: true });
  });

  test('features have one row per day with nights and training', async () => {
    const { code, stdout, stderr } = await run('features', '--format', 'jsonl', '--from', '2026-03-01');
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rows.map(({ date }) => date).slice(0, 2)).toEqual(['2026-03-01', '2026-03-02']);
    expect(rows.at(-1)).toMatchObject({ date: '2026-03-10', night_missing: false, provisional: true });
    expect(rows.at(-1).training_load_acute).toBeGreaterThan(1000);
    expect(rows.at(-1).hrv_mean_7).toBeGreaterThan(20);
  });
});

test.each([
  ['nights', 'csv'],
  ['periods', 'jsonl'],
  ['workouts', 'json'],
  ['features', 'parquet'],
])('export writes %s as %s to a file that only its owner can read', async (what, format) => {
  const out = fileIn(`${what}.${format}`);
  const { code, stdout, stderr } = await run('export', '--what', what, '--format', format, '--out', out);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^Wrote [1-9]\\d* rows? to .*${what}`));
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  const text = await readFile(out);
  if (format === 'csv')
    expect(text.toString()).toMatch(/^\uFEFFdate,total_sleep_duration,[\s\S]*\r\n2026-03-10,/);
  else if (format === 'jsonl')
    expect(JSON.parse(text.toString().split('\n')[0] ?? '')).toHaveProperty('time_in_bed');
  else if (format === 'json') expect(JSON.parse(text.toString())[0]).toHaveProperty('estimated_1rm');
  else
    expect((await parquetReadObjects({ file: new Uint8Array(text).buffer })).at(-1)).toMatchObject({
      date: new Date('2026-03-10'),
    });
});

test('writes a binary table to a pipe unchanged', async () => {
  // The helper reads text, which works because the magic bytes at both ends are ASCII.
  const { code, stdout } = await run('export', '--format', 'parquet');
  expect(code).toBe(0);
  expect([stdout.slice(0, 4), stdout.slice(-4)]).toEqual(['PAR1', 'PAR1']);
});

describe('import', () => {
  test('imports readable rows and reports the others by line and reason, exit code 1', async () => {
    const file = fileIn('hevy.csv');
    await writeFile(file, [HEADER, GOOD[0], BAD, GOOD[1], AHEAD].join('\n'));
    const { code, stdout, stderr } = await run('workouts', 'import', file);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(
      /hevy\.csv: Hevy, 1 workout, 2 sets on 2026-03-02, weights in kg \(from the file\)\. Import [0-9a-f]{8}\.$/m,
    );
    expect(stdout).toContain('Workouts: 1 added, 0 replaced, 0 removed, 0 unchanged.');
    expect(stdout).toContain('Sets: 2 added, 0 replaced, 0 removed, 0 unchanged.');
    expect(stdout).toContain('line 3: weight "much" is not a number');
    expect(stdout).toContain('line 5: time "2 Mar 2099, 18:00" is in the future');
    expect(stdout).toContain(SIMULATED);
    expect(stdout).toContain(STILL_SIMULATED);
    expect((await run('insights')).stdout).toMatch(/^Your workouts, but simulated nights: /);
    expect((await run('workouts')).stdout).toMatch(/^┌/);
    const insights = await run('insights', '--format', 'json');
    expect(JSON.parse(insights.stdout).simulated).toEqual({ nights: true, training: false });
  });

  test('a second import changes nothing, and a fixed file adds the missing sets, exit code 0', async () => {
    const file = fileIn('fixed.csv');
    await writeFile(file, [HEADER, GOOD[0], BAD.replace('much', '82.5'), GOOD[1]].join('\n'));
    const fixed = await run('workouts', 'import', file);
    expect(fixed).toMatchObject({ code: 0, stderr: '' });
    expect(fixed.stdout).toContain('Workouts: 0 added, 1 replaced, 0 removed, 0 unchanged.');
    expect(fixed.stdout).toContain('Sets: 1 added, 0 replaced, 0 removed, 2 unchanged.');
    expect(fixed.stdout).not.toContain(SIMULATED);
    expect(fixed.stdout).not.toContain(STILL_SIMULATED);
    const { stdout: again } = await run('workouts', 'import', file);
    expect(again).toContain('0 removed, 3 unchanged');
    expect(again).not.toContain('Import ');
    const { stdout } = await run('workouts', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject([
      { date: '2026-03-02', volume_load: 80 * 8 + 82.5 * 7 + 80 * 7, sets: 3, estimated_1rm_change: null },
    ]);
  });

  test.each([
    [
      'a missing file',
      ['import', '/nowhere/x.csv'],
      /x\.csv cannot be read: there is no such file or folder\.$/m,
    ],
    ['no file', ['import'], /import needs a file/],
    ['two files', ['import', 'a.csv', 'b.csv'], /^import takes one file at a time: run it once for each\.$/m],
    ['another verb', ['imprt', 'x.csv'], /^Unknown argument imprt: .* npm run workouts -- import FILE; /m],
    ['an option of remove', ['import', 'x.csv', '--yes'], /^--yes belongs to remove: /m],
    ['an option of import', ['remove', '--prune'], /^--prune belongs to import: /m],
    ['a range', ['import', 'x.csv', '--from', '2026-03-01'], /^import reads the whole file: /m],
    ['a removal without a range', ['remove'], /^remove needs --from, --to or both, or --import\.$/m],
    ['a removal of a file', ['remove', 'x.csv'], /^remove takes no file: /m],
    ['an unknown import', ['remove', '--import', '12345678'], /^There is no import 12345678, but these: /m],
    [
      'a removal without a terminal',
      ['remove', '--from', '2026-03-02'],
      /^Nothing was changed: to confirm without a terminal, add --yes\.$/m,
    ],
    ['a reversed range', ['--from', '2026-03-02', '--to', '2026-03-01'], /2026-03-02.*2026-03-01/],
  ])('rejects %s in one sentence with exit code 2', async (_what, args, sentence) => {
    const { code, stdout, stderr } = await run('workouts', ...args);
    expect(code).toBe(2);
    expect(stdout).not.toContain('Removed');
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    ['of another kind', Buffer.from('a,b\n1,2\n'), /cannot be used: it is not an export of /],
    ['of a header', Buffer.from(HEADER), /cannot be used: it has a header but no sets\.$/m],
    ['that is empty', Buffer.alloc(0), /cannot be used: it is empty\.$/m],
    ['of Jefit', Buffer.from('### EXERCISE LOGS ###\nename,logs\n'), /cannot be used: it is from Jefit, /],
    ['of bytes', Buffer.from([0, 0, 0, 1, 0, 0]), /cannot be used: it is not text: save it as UTF-8\.$/m],
  ])('rejects a file %s in one sentence with exit code 2', async (_what, bytes, sentence) => {
    const file = fileIn('other.csv');
    await writeFile(file, bytes);
    const { code, stderr } = await run('workouts', 'import', file);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^The file .*other\.csv cannot be used: .*\.\n$/);
    expect(stderr).toMatch(sentence);
  });
});

describe('remove', () => {
  const days = async () => JSON.parse((await run('workouts', '--format', 'json')).stdout);

  test('deletes the imported workouts of a range, by whole workouts, and those of one import', async () => {
    const file = fileIn('two.csv');
    const second = 'Pull,"3 Mar 2026, 23:59",Row,normal,60,8';
    await writeFile(file, [HEADER, ...GOOD, second, second].join('\n'));
    const { stdout } = await run('workouts', 'import', file);
    const id = /Import ([0-9a-f]{8})/.exec(stdout)?.[1] ?? '';
    const removed = await run('workouts', 'remove', '--from', '2026-03-03', '--yes');
    expect(removed).toMatchObject({ code: 0, stderr: '' });
    expect(removed.stdout).toContain('Removed 2 sets of 1 workout on 2026-03-03.');
    expect(removed.stdout).not.toContain('simulated');
    expect(await days()).toMatchObject([{ date: '2026-03-02' }]);
    expect((await run('workouts', 'remove', '--import', id, '--yes')).stdout).toContain(
      'Removed 2 sets of 1 workout on 2026-03-02.\nThe simulated workouts count again: there are no others.\n',
    );
    expect(await run('workouts', 'remove', '--import', id, '--yes')).toMatchObject({
      code: 2,
      stderr: `There is no import ${id}: imports of an earlier version have no ID, so use --from and --to.\n`,
    });
    expect((await run('workouts', 'remove', '--to', '2026-03-01', '--yes')).stdout).toBe(
      'No imported workouts to remove.\n',
    );
  });
});

test('rejects an output file that cannot be written in one sentence with exit code 2', async () => {
  const { code, stderr } = await run('features', '--out', '/nowhere/x.csv');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'The file /nowhere/x.csv cannot be written: there is no such file or folder.\n',
  });
});
