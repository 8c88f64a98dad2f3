import type { WeightUnit } from '../../../../services/insights/training/workout-files/numbers-in-file.ts';
import { WorkoutFileUnusable } from '../../../../services/insights/training/workout-files/workout-file-unusable.ts';
import { POUNDS_PER_KILOGRAM } from '../../../../shared/core/weight.ts';
import { readIn } from './read-file.ts';

const read = (text: string, unit?: WeightUnit) => readIn('Europe/Helsinki', text, unit);
const iso = (timestamp: number | undefined) => new Date((timestamp ?? 0) * 1000).toISOString();

// These headers come from real exports.
const HEVY =
  '"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes","set_index","set_type","weight_kg","reps","distance_km","duration_seconds","rpe"';
const hevy = (...rows: string[]) => [HEVY, ...rows].join('\r\n');
const hevyRow = (
  exercise: string,
  type: string,
  weight: string,
  reps: string,
  start = '22 Dec 2025, 08:00',
) => `"Push","${start}","22 Dec 2025, 08:37","","${exercise}",,"",0,"${type}",${weight},${reps},,,`;

describe('Hevy', () => {
  test('each row is one set in pounds, numbered within its exercise, one second after the previous one', () => {
    const { format, sets, refused } = read(
      hevy(
        hevyRow('Bench Press', 'normal', '80', '8'),
        hevyRow('Bench Press', 'failure', '82.5', '6'),
        hevyRow('Pull Up', 'normal', '', '10'),
      ),
    );
    expect({ format, refused }).toEqual({ format: 'Hevy', refused: [] });
    expect(sets).toMatchObject([
      { exercise: 'Bench Press', reps: '8', sets: 1 },
      { exercise: 'Bench Press', reps: '6', sets: 2 },
      { exercise: 'Pull Up', reps: '10', sets: 1, weight: 0 },
    ]);
    expect(sets.map(({ weight }) => weight / POUNDS_PER_KILOGRAM)).toEqual([
      expect.closeTo(80, 3),
      expect.closeTo(82.5, 3),
      0,
    ]);
    expect(sets.map(({ timestamp }) => iso(timestamp))).toEqual([
      '2025-12-22T06:00:00.000Z',
      '2025-12-22T06:00:01.000Z',
      '2025-12-22T06:00:02.000Z',
    ]);
  });

  test('keeps pounds', () => {
    const file = hevy(hevyRow('Squat', 'normal', '225', '5')).replace('weight_kg', 'weight_lbs');
    expect(read(file).sets).toMatchObject([{ weight: 225 }]);
  });

  test('leaves out and counts warm-up sets and sets without repetitions', () => {
    const file = hevy(
      hevyRow('Squat', 'warmup', '60', '5'),
      hevyRow('Plank', 'normal', '', ''),
      hevyRow('Squat', 'normal', '100', '5'),
    );
    expect(read(file)).toMatchObject({
      sets: [{ reps: '5', sets: 1 }],
      leftOut: { 'warm-up sets': 1, 'sets without repetitions': 1 },
    });
  });

  test('the assistance of a machine is not a weight', () => {
    expect(read(hevy(hevyRow('Pull Up (Assisted)', 'normal', '21', '10'))).sets).toMatchObject([
      { weight: 0 },
    ]);
  });

  test.each([
    ['25 Juli 2026, 14:21', '2026-07-25T11:21:00.000Z'],
    ['25 juil. 2026, 14:21', '2026-07-25T11:21:00.000Z'],
    ['Jul 25, 2026, 2:21 PM', '2026-07-25T11:21:00.000Z'],
    ['2026-07-25 14:21:00', '2026-07-25T11:21:00.000Z'],
    ['2026-07-25T14:21:00+02:00', '2026-07-25T12:21:00.000Z'],
    ['29 Mar 2026, 03:30', '2026-03-29T01:30:00.000Z'],
  ])('parses the start %s as %s', (start, instant) => {
    expect(iso(read(hevy(hevyRow('Squat', 'normal', '100', '5', start))).sets[0]?.timestamp)).toBe(instant);
  });

  test('reports unreadable rows by line and reason and reads the others', () => {
    const { sets, refused } = read(
      hevy(
        hevyRow('Squat', 'normal', 'heavy', '5'),
        hevyRow('Squat', 'normal', '100', '5'),
        '"a note\r\nover two lines",1',
        hevyRow('Squat', 'normal', '100', '5', '31 Feb 2026, 08:00'),
        hevyRow('Squat', 'normal', '100', '5.5'),
        hevyRow('', 'normal', '100', '5'),
      ),
    );
    expect(sets).toHaveLength(1);
    expect(refused).toEqual([
      { place: 'line 2', reason: 'weight "heavy" is not a number' },
      {
        place: 'line 4',
        reason: 'has 2 values instead of 14 and ends in line 5: check its quotation marks',
      },
      { place: 'line 6', reason: 'time "31 Feb 2026, 08:00" is invalid' },
      { place: 'line 7', reason: 'repetitions "5.5" are not a whole number' },
      { place: 'line 8', reason: 'exercise is missing' },
    ]);
  });

  test('rejects a workout more than a day in the future by its line', () => {
    const at = (start: string) => hevyRow('Squat', 'normal', '100', '5', start);
    const { sets, refused } = read(
      hevy(
        at('1 Dec 2026, 08:00'),
        at('2 Dec 2026, 14:00'),
        at('2 Dec 2026, 14:01'),
        at('1 Dec 2099, 08:00'),
      ),
    );
    expect(sets).toHaveLength(2);
    expect(refused).toEqual([
      { place: 'line 4', reason: 'time "2 Dec 2026, 14:01" is in the future' },
      { place: 'line 5', reason: 'time "1 Dec 2099, 08:00" is in the future' },
    ]);
  });

  test('an unclosed quotation mark loses no row silently', () => {
    const row = (weight: number) => hevyRow('Squat', 'normal', String(weight), '5');
    const open = 'Push,"22 Dec 2025, 08:00",x,,"Squat';
    const swallowing = read(hevy(row(100), open, row(101), row(102)));
    expect(swallowing.sets.map(({ weight }) => weight)).toEqual(
      [100, 102].map((kg) => expect.closeTo(kg * POUNDS_PER_KILOGRAM, 3)),
    );
    expect(swallowing.refused).toEqual([
      { place: 'line 3', reason: expect.stringContaining('and ends in line 4') },
    ]);
    const unclosed = read(hevy(row(100), open, 'Push', 'Push'));
    expect(unclosed.sets).toHaveLength(1);
    expect(unclosed.refused).toEqual([
      {
        place: 'line 3',
        reason: expect.stringContaining('unclosed quotation mark: the rest of the file was not read'),
      },
    ]);
  });

  test('the key of a row is unique and does not depend on which other rows are readable', () => {
    const good = Array.from({ length: 5 }, (_, index) =>
      hevyRow('Squat', 'normal', String(100 + index), '5'),
    );
    const whole = read(hevy(...good)).sets;
    const broken = read(hevy(...good.with(1, hevyRow('Squat', 'normal', 'x', '5')))).sets;
    const keys = (sets: typeof whole) => sets.map(({ workoutId, timestamp }) => `${workoutId}/${timestamp}`);
    expect(new Set(keys(whole)).size).toBe(5);
    expect(keys(broken)).toEqual(keys(whole).toSpliced(1, 1));
  });
});

const STRONG =
  'Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE';

describe('Strong', () => {
  const row = (order: string, weight: string, reps: string) =>
    `2026-09-20 18:00:00,"Push, heavy",1h 5m,Bench Press (Barbell),${order},${weight},${reps},0,0,,,`;

  test('counts drop sets and sets to failure, and leaves out warm-ups, notes and timers', () => {
    const file = [
      STRONG,
      row('W', '40', '10'),
      row('1', '80', '8'),
      row('D', '60', '10'),
      row('F', '60', '7'),
      row('Rest Timer', '', ''),
      row('Note', '', ''),
    ];
    const { sets, leftOut, refused } = read(file.join('\n'), 'kg');
    expect(sets.map(({ reps, sets: number }) => [reps, number])).toEqual([
      ['8', 1],
      ['10', 2],
      ['7', 3],
    ]);
    expect(leftOut).toEqual({ 'warm-up sets': 1, 'notes and timers': 2 });
    expect(refused).toEqual([]);
  });

  test('rejects a file without a weight unit unless the unit is given', () => {
    const file = [STRONG, row('1', '80', '8')].join('\n');
    expect(() => read(file)).toThrow(/--unit kg or --unit lb/);
    expect(read(file, 'lb').sets).toMatchObject([{ weight: 80 }]);
    expect(read(file, 'kg').sets[0]?.weight).toBeCloseTo(176.37, 2);
  });

  test.each([
    [
      'a unit for each row',
      'Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;Notes;Workout Notes;Workout Duration',
      '2025-09-02 07:10:00;"Leg";"Squat";1;135.0;lbs;5.0;;0.0;mi.;0.0;"";"";35m',
      135,
    ],
    [
      'the unit in the header, a comma in the number',
      'Workout #;Date;Workout Name;Duration (sec);Exercise Name;Set Order;Weight (kg);Reps;RPE;Distance (meters);Seconds;Notes;Workout Notes',
      '1;2025-09-02 07:10:00;"Leg; heavy";3600;Squat;1;82,5;5;8,5;;;;',
      82.5 * POUNDS_PER_KILOGRAM,
    ],
    [
      'a byte order mark and a 12-hour clock',
      `\uFEFF${STRONG.replace('Weight', 'Weight (lbs)')}`,
      '2025-09-02 7:10:00\u202fAM,Leg,1h,Squat,1,135,5,0,0,,,',
      135,
    ],
  ])('reads the version with %s', (_what, header, line, pounds) => {
    const { sets, refused } = read(`${header}\n${line}\n`);
    expect(refused).toEqual([]);
    expect(sets).toMatchObject([{ exercise: 'Squat', reps: '5' }]);
    expect(sets[0]?.weight).toBeCloseTo(pounds, 3);
    expect(iso(sets[0]?.timestamp)).toBe('2025-09-02T04:10:00.000Z');
  });
});

describe('GainsIQ', () => {
  const item = {
    workoutId: 'b1946ac9-2d8e-4a1b-9d0e-4e6f1f3f2a10',
    timestamp: 1_760_000_000,
    exercise: 'Pushdowns',
    reps: '16 or above',
    sets: 2,
    weight: 52.5,
    weight_modulation: 'Cutting',
    username: 'robbie',
  };
  const dynamo = {
    workoutId: { S: item.workoutId },
    timestamp: { N: '1760000000' },
    exercise: { S: 'Pushdowns' },
    reps: { S: '16 or above' },
    sets: { N: '2' },
    weight: { N: '52.5' },
    weight_modulation: { S: 'Cutting' },
    username: { S: 'robbie' },
  };

  test.each([
    ['an array', JSON.stringify([item])],
    [
      'the output of aws dynamodb scan',
      JSON.stringify({ Items: [dynamo], Count: 1, ScannedCount: 1 }, null, 2),
    ],
    ["DynamoDB's export to S3", `${JSON.stringify({ Item: dynamo })}\n`],
    [
      "the response of GainsIQ's API, all text",
      JSON.stringify([{ ...item, timestamp: '1760000000', sets: '2', weight: '52.5' }]),
    ],
  ])('reads %s and keeps the keys', (_what, text) => {
    expect(read(text)).toEqual({
      format: 'GainsIQ',
      sets: [item],
      workouts: undefined,
      refused: [],
      unplaced: 0,
      units: new Map(),
      leftOut: {},
    });
  });

  test('reports items that are not sets by their number and reason', () => {
    const inMs = { ...item, timestamp: 1_760_000_000_000 };
    const ahead = { ...item, timestamp: Date.parse('2099-01-01T00:00:00Z') / 1000 };
    const { sets, refused } = read(
      JSON.stringify([item, { ...item, weight: 'heavy' }, 'text', { ...item, reps: undefined }, inMs, ahead]),
    );
    expect(sets).toEqual([item]);
    expect(refused).toEqual([
      { place: 'item 2', reason: 'weight is invalid' },
      { place: 'item 3', reason: 'not an item' },
      { place: 'item 4', reason: 'reps is missing' },
      { place: 'item 5', reason: 'timestamp is invalid' },
      { place: 'item 6', reason: 'timestamp is in the future' },
    ]);
  });

  test('counts invalid values that the item can do without, and null as none', () => {
    const { sets, refused, leftOut } = read(
      JSON.stringify([{ ...item, rpe: 0, source: 'web', username: null, workout_title: null }]),
    );
    expect({ sets, refused }).toEqual({ sets: [{ ...item, username: undefined }], refused: [] });
    expect(leftOut).toEqual({ 'invalid values of rpe': 1, 'invalid values of source': 1 });
  });
});

test.each([
  ['another CSV', 'a,b,c\n1,2,3\n'],
  ['broken JSON', '{"name": "package"'],
  ['other JSON', '{"name": "package"}'],
  ['a list of something else', '[{"date": "2026-03-10", "hrv": 50}, 7]'],
  ['text', 'The quick brown fox'],
])('rejects %s', (_what, text) => {
  expect(() => read(text)).toThrow(WorkoutFileUnusable);
});

test.each([
  ['nothing', ''],
  ['a byte order mark', '\uFEFF'],
  ['blank lines', '\r\n \n'],
])('rejects a file of %s as empty', (_what, text) => {
  expect(() => read(text)).toThrow(new WorkoutFileUnusable('it is empty'));
});
