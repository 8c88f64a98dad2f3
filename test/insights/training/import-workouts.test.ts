import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { canonicalJson } from '../../../shared/core/canonical-json.ts';
import type { WorkoutSet } from '../../../shared/core/workout-set.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { setOn } from '../sets.ts';
import { type ImportStack, openImportStack } from './import-stack.ts';
import { fixtureBytes } from './workout-files/read-file.ts';

let table: ImportStack;
beforeAll(async () => {
  table = await openImportStack();
});
beforeEach(() => table.clear());
afterAll(() => table.stop());

/** What version 0.2 stored from the fixtures, by their names. */
const earlier: Record<string, WorkoutSet[]> = JSON.parse(
  readFileSync(new URL('../../fixtures/workouts/stored-by-0.2.json', import.meta.url), 'utf8'),
);

const [OLD, NEW] = ['30a_strong_old_version.csv', '30b_same_workout_new_version_rest_timers.csv'] as const;
const [BEFORE, DELETED] = ['32a_hevy_before_delete.csv', '32b_hevy_first_set_deleted.csv'] as const;
const count = (counts: Partial<Record<'added' | 'replaced' | 'removed' | 'unchanged', number>>) => ({
  added: 0,
  replaced: 0,
  removed: 0,
  unchanged: 0,
  ...counts,
});

describe('importing a newer export', () => {
  test('with rows of timers adds no set', async () => {
    await table.import(fixtureBytes(OLD));
    const { plan } = await table.import(fixtureBytes(NEW));
    expect(plan).toMatchObject({ sets: count({ unchanged: 3 }), workouts: count({ unchanged: 1 }) });
    expect(await table.totals()).toEqual({ sets: 3, kilograms: 1200 });
  });

  test('without a set that was deleted in the app removes it', async () => {
    await table.import(fixtureBytes(BEFORE));
    const { plan } = await table.import(fixtureBytes(DELETED));
    expect(plan).toMatchObject({
      sets: count({ removed: 1, unchanged: 3 }),
      workouts: count({ replaced: 1 }),
    });
    expect(await table.totals()).toEqual({ sets: 3, kilograms: 1230 });
  });

  test.each([
    ['a new title', (text: string) => text.replaceAll('Push', 'Brust')],
    ['months in German', (text: string) => text.replaceAll('11 Oct 2025', '11. Okt. 2025')],
    ['both', (text: string) => text.replaceAll('Push', 'Brust').replaceAll('11 Oct 2025', '11. Okt. 2025')],
    ['other seconds', (text: string) => text.replaceAll('11 Oct 2025, 18:00', '2025-10-11 18:00:40')],
  ])('with %s replaces the workout', async (_what, change) => {
    await table.import(fixtureBytes(BEFORE));
    const { plan } = await table.import(change(fixtureBytes(BEFORE).toString()));
    expect(plan.sets).toEqual(count({ unchanged: 4 }));
    expect(await table.totals()).toEqual({ sets: 4, kilograms: 1630 });
  });

  test('the same again writes nothing', async () => {
    const first = await table.import(fixtureBytes(BEFORE));
    expect(first.plan).toMatchObject({ sets: count({ added: 4 }), workouts: count({ added: 1 }) });
    const before = await table.sets();
    table.calls.clear();
    const { plan } = await table.import(fixtureBytes(BEFORE));
    expect(plan).toMatchObject({ sets: count({ unchanged: 4 }), workouts: count({ unchanged: 1 }) });
    expect(table.calls.of('BatchWriteItemCommand')).toEqual([]);
    expect(await table.sets()).toEqual(before);
  });

  test('keeps the stored sets of a workout if none of its rows can be read', async () => {
    await table.import(fixtureBytes(BEFORE));
    const { file } = await table.import(fixtureBytes(BEFORE).toString().replace(/8\d,5/g, 'much,5'));
    expect(file.refused).toHaveLength(4);
    expect(await table.totals()).toEqual({ sets: 4, kilograms: 1630 });
  });

  test('in another zone replaces the workouts', async () => {
    await table.import(fixtureBytes(BEFORE));
    const { plan } = await table.importIn('Asia/Tokyo', fixtureBytes(BEFORE));
    expect(plan.workouts).toEqual(count({ replaced: 1 }));
    const sets = await table.sets();
    expect(sets.map(({ workout_start }) => new Date((workout_start ?? 0) * 1000).toISOString())).toEqual(
      Array(4).fill('2025-10-11T09:00:00.000Z'),
    );
  });

  test('keeps two workouts with different titles in one minute, and replaces them together', async () => {
    const rows = ['A,Squat,1,100,5', 'A,Squat,2,100,5', 'B,Row,1,50,8'].map(
      (row) => `2026-05-16 18:00,${row}`,
    );
    const file = ['Date,Workout Name,Exercise Name,Set Order,Weight (kg),Reps', ...rows].join('\n');
    await table.import(file);
    expect(await table.totals()).toEqual({ sets: 3, kilograms: 1400 });
    expect((await table.import(file)).plan.changes).toEqual([]);
    await table.import(file.replaceAll(',A,', ',C,').replace(',2,100,5', ',2,110,5'));
    expect(await table.totals()).toEqual({ sets: 3, kilograms: 1450 });
    expect((await table.sets()).map(({ workout_title }) => workout_title)).toEqual(['C', 'C', 'B']);
  });

  test('without times leaves a workout that started at noon', async () => {
    const dates = 'Date,Exercise,Category,Weight (kg),Reps\n2026-05-09,Bench,Chest,80,5\n';
    const strong =
      'Date,Workout Name,Exercise Name,Set Order,Weight (kg),Reps\n2026-05-09 12:00:00,A,Squat,1,100,5\n';
    for (const file of [dates, strong, dates, strong]) await table.import(file);
    expect(await table.totals()).toEqual({ sets: 2, kilograms: 900 });
    await table.import(dates.replace(',5\n', ',6\n'));
    expect(await table.totals()).toEqual({ sets: 2, kilograms: 980 });
  });

  test('of another app replaces the workout that started in the same minute', async () => {
    await table.import(fixtureBytes('21_liftosaur.csv'));
    const strong =
      'Date,Workout Name,Exercise Name,Set Order,Weight (kg),Reps\n2026-05-20 03:00:20,A,Squat,1,90,5\n';
    await table.import(strong);
    expect(await table.totals()).toEqual({ sets: 1, kilograms: 450 });
    await table.import(fixtureBytes('21_liftosaur.csv'));
    expect(await table.totals()).toEqual({ sets: 1, kilograms: 500 });
  });
});

describe('what version 0.2 imported', () => {
  test.each([OLD, NEW, BEFORE, '15_strong_dst.csv', '02_strong_v6_semicolon_crlf_bom.csv'])(
    'is recognized in %s, which changes no total',
    async (name) => {
      const stored = earlier[name] ?? [];
      await table.put(stored);
      const before = await table.totals();
      const { plan } = await table.import(fixtureBytes(name));
      expect(plan.sets).toEqual(count({ unchanged: stored.length }));
      expect(plan.workouts).toEqual(count({ unchanged: plan.workouts?.unchanged ?? 0 }));
      expect(await table.totals()).toEqual(before);
      expect((await table.sets()).every(({ source }) => source !== undefined)).toBe(true);
    },
  );

  test.each([
    ['with timers', OLD, fixtureBytes(NEW).toString(), { sets: 3, kilograms: 1200 }],
    ['without the timers', NEW, fixtureBytes(OLD).toString(), { sets: 3, kilograms: 1200 }],
    ['without a deleted set', BEFORE, fixtureBytes(DELETED).toString(), { sets: 3, kilograms: 1230 }],
    [
      'with a new title and language',
      BEFORE,
      fixtureBytes(BEFORE).toString().replaceAll('Push', 'Brust').replaceAll('Oct', 'Okt.'),
      { sets: 4, kilograms: 1630 },
    ],
  ])('is replaced by a newer export %s', async (_what, name, file, totals) => {
    await table.put(earlier[name] ?? []);
    await table.import(file);
    expect(await table.totals()).toEqual(totals);
  });

  test('is replaced in another zone', async () => {
    await table.put(earlier[BEFORE] ?? []);
    await table.importIn('Asia/Tokyo', fixtureBytes(DELETED));
    expect(await table.totals()).toEqual({ sets: 3, kilograms: 1230 });
  });

  test('stays apart from the sets of GainsIQ, of others and of the simulated lifter', async () => {
    const [first] = earlier[BEFORE] ?? [];
    const others = [
      { ...first, workoutId: '9f0b5a52-8e1e-4a53-9a3c-0d7b1f4f6a11' },
      { ...first, workoutId: 'a'.repeat(24), username: 'robbie' },
      { ...first, workoutId: 'b'.repeat(24), weight_modulation: 'Cutting' },
    ];
    await table.put(others);
    await table.import(fixtureBytes(BEFORE));
    expect(await table.sets()).toHaveLength(4 + others.length);
  });
});

describe('a workout absent from a newer file', () => {
  const row = (day: number, title = 'A') => `2026-05-0${day} 18:00:00,${title},Squat,1,100,5`;
  const strong = (...rows: string[]) =>
    ['Date,Workout Name,Exercise Name,Set Order,Weight (kg),Reps', ...rows].join('\n');
  const whole = strong(row(1), row(2), row(3), row(4));

  test('is reported, and stays without --prune', async () => {
    await table.import(whole);
    const { plan } = await table.import(strong(row(1), row(3)));
    expect(plan.absent.map(({ minute }) => minute)).toEqual(['2026-05-02T18:00']);
    expect(await table.totals()).toEqual({ sets: 4, kilograms: 2000 });
  });

  test('is removed with --prune, but not outside the span of the file', async () => {
    await table.import(whole);
    const { plan } = await table.import(strong(row(2), row(4)), { prune: true });
    expect(plan.workouts).toEqual(count({ removed: 1, unchanged: 2 }));
    expect((await table.sets()).map(({ workout_local_start }) => workout_local_start?.slice(0, 10))).toEqual([
      '2026-05-01',
      '2026-05-02',
      '2026-05-04',
    ]);
  });

  test('is not one that another app has imported, nor one with rows that cannot be read', async () => {
    await table.import(whole);
    await table.import(fixtureBytes('21_liftosaur.csv').toString().replace('05-20', '05-02'));
    const { plan } = await table.import(strong(row(1), row(2).replace('100', 'x'), row(3), row(4)), {
      prune: true,
    });
    expect(plan.absent).toEqual([]);
    expect(await table.sets()).toHaveLength(5);
  });

  test('stays if it can be that of a row without a readable time', async () => {
    await table.import(whole);
    const file = strong(row(1), row(2).replace('2026-05-02', '02/05/2026'), row(4));
    const { plan, pruned } = await table.import(file, { prune: true });
    expect([plan.absent.length, pruned]).toEqual([2, false]);
    expect(await table.sets()).toHaveLength(4);
  });

  test('is not one that version 0.2 imported if it imported none of the file', async () => {
    await table.put(earlier['15_strong_dst.csv'] ?? []);
    const { plan } = await table.import(strong('2025-01-01 18:00:00,A,Squat,1,100,5', row(1)), {
      prune: true,
    });
    expect(plan.absent).toEqual([]);
    expect(await table.sets()).toHaveLength(44);
  });

  test('is removed with --prune if version 0.2 imported it', async () => {
    await table.put(earlier['15_strong_dst.csv'] ?? []);
    const lines = fixtureBytes('15_strong_dst.csv').toString().trim().split('\n');
    const { plan } = await table.import(lines.filter((line) => !line.includes('Late')).join('\n'), {
      prune: true,
    });
    expect(plan.workouts).toEqual(count({ removed: 1, unchanged: 2 }));
    expect(await table.totals()).toEqual({ sets: 2, kilograms: 1000 });
  });
});

describe('local times', () => {
  test('are by the offset of the ring on that day, else in the zone of the stack', async () => {
    await table.night('2025-10-11', {
      bedtime_start: '2025-10-10T23:00:00+09:00',
      bedtime_end: '2025-10-11T07:00:00+09:00',
    });
    await table.import(fixtureBytes(BEFORE));
    const [set] = await table.sets();
    expect(new Date((set?.workout_start ?? 0) * 1000).toISOString()).toBe('2025-10-11T09:00:00.000Z');
    expect(set?.workout_local_start).toBe('2025-10-11T18:00:00');
  });

  test('of a workout imported before its night, also by version 0.2 and with another title, are replaced', async () => {
    const renamed = fixtureBytes(BEFORE).toString().replaceAll('Push', 'Brust');
    await table.put(earlier[BEFORE] ?? []);
    await table.night('2025-10-11', { bedtime_end: '2025-10-11T07:00:00+09:00' });
    expect((await table.import(renamed)).plan.sets).toEqual(count({ unchanged: 4 }));
    await table.night('2025-10-12', { bedtime_end: '2025-10-11T18:00:00+02:00' });
    expect((await table.import(renamed)).plan.workouts).toEqual(count({ replaced: 1 }));
    expect(await table.totals()).toEqual({ sets: 4, kilograms: 1630 });
    const [set] = await table.sets();
    expect(new Date((set?.timestamp ?? 0) * 1000).toISOString()).toBe('2025-10-11T16:00:00.000Z');
  });

  test('follow the zone of the stack through a clock change while the ring is at home', async () => {
    await table.night('2026-03-08', { bedtime_end: '2026-03-08T04:00:00-07:00' });
    const at = (time: string) =>
      `Date,Workout Name,Exercise Name,Set Order,Weight (kg),Reps\n2026-03-08 ${time},A,Squat,1,100,5\n`;
    for (const time of ['00:15:00', '06:00:00']) await table.import(at(time));
    expect((await table.sets()).map(({ timestamp }) => new Date(timestamp * 1000).toISOString())).toEqual([
      '2026-03-08T08:15:00.000Z',
      '2026-03-08T13:00:00.000Z',
    ]);
  });
});

describe('GainsIQ', () => {
  const sets = Array.from({ length: 30 }, (_, index) => setOn('2026-03-01', 100, 8, { sets: index + 1 }));

  test('a set has the key that GainsIQ gave it, and importing it again changes nothing', async () => {
    const first = await table.import(JSON.stringify(sets));
    expect(first.plan).toMatchObject({ sets: count({ added: 30 }), workouts: undefined });
    const stored = await table.sets();
    expect(stored.map(({ import_id, ...set }) => set)).toEqual(expect.arrayContaining(sets));
    const mended = sets.map((set, index) => (index === 0 ? { ...set, reps: '9' } : set));
    expect((await table.import(JSON.stringify(mended))).plan.sets).toEqual(
      count({ replaced: 1, unchanged: 29 }),
    );
  });

  test('of two items with the same key, the last one counts', async () => {
    const [first] = sets;
    const { file } = await table.import(JSON.stringify([...sets, { ...first, reps: '9' }]));
    expect(file.leftOut).toEqual({ 'items with the key of a later one': 1 });
    expect((await table.sets()).filter(({ reps }) => reps === '9')).toHaveLength(1);
  });

  test.each([
    ['an id of 3,000 characters', { workoutId: 'w'.repeat(3000) }, 'workoutId is too long'],
    ['an exercise of 500 KB', { exercise: 'e'.repeat(500_000) }, 'exercise is too long'],
    ['a weight of 1e20', { weight: 1e20 }, 'weight is invalid'],
    ['a weight of 1e-200', { weight: 1e-200 }, 'weight is invalid'],
    ['an unsafe integer', { sets: 2 ** 53 + 2 }, 'sets is invalid'],
    ['a set number of 2^31', { sets: 2 ** 31 }, 'sets is invalid'],
  ])('%s costs only that set', async (_what, bad, reason) => {
    const file = JSON.stringify(sets.map((set, index) => (index === 7 ? { ...set, ...bad } : set)));
    const { file: read } = await table.import(file);
    expect(read.refused).toEqual([{ place: 'item 8', reason }]);
    expect(await table.sets()).toHaveLength(29);
  });
});

/** Stored sets without the import that stored them. */
const contentOf = (sets: readonly WorkoutSet[]) => sets.map(({ import_id, ...set }) => canonicalJson(set));

/** The file of a history of workouts, each with its rows. */
const histories = fc
  .uniqueArray(
    fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      hour: fc.integer({ min: 0, max: 23 }),
      title: fc.constantFrom('A', 'B'),
      rows: fc.array(
        fc.record({
          exercise: fc.constantFrom('Squat', 'Bench Press', 'Pull Up (Assisted)'),
          type: fc.constantFrom('normal', 'warmup', 'failure'),
          weight: fc.constantFrom('', '60', '82.5', '-20', 'x'),
          reps: fc.constantFrom('', '5', '8'),
          seconds: fc.constantFrom('', '60'),
          rpe: fc.constantFrom('', '8.5', '12'),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    }),
    { minLength: 1, maxLength: 6, selector: ({ day, hour }) => `${day} ${hour}` },
  )
  .map((workouts) => [
    'title,start_time,end_time,exercise_title,set_type,weight_kg,reps,duration_seconds,rpe',
    ...workouts.flatMap(({ day, hour, title, rows }) => {
      const start = `"${day} Oct 2025, ${hour}:05","${day} Oct 2025, ${hour}:50"`;
      return rows.map(({ exercise, type, weight, reps, seconds, rpe }) =>
        [title, start, exercise, type, weight, reps, seconds, rpe].join(),
      );
    }),
  ]);

test('importing any prefix and then the whole equals importing the whole', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.nat(), async (lines, cut) => {
      await table.clear();
      await table.import(lines.join('\n'));
      const whole = contentOf(await table.sets());
      await table.clear();
      await table.import(lines.slice(0, 2 + (cut % (lines.length - 1))).join('\n'));
      await table.import(lines.join('\n'));
      expect(contentOf(await table.sets())).toEqual(whole);
    }),
    propertyRuns(40),
  );
});

test('importing a file that is cut off anywhere, and then the whole, equals importing the whole', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.nat(), async (lines, cut) => {
      const whole = lines.join('\n');
      await table.clear();
      await table.import(whole);
      const stored = contentOf(await table.sets());
      await table.clear();
      // Without a whole header, a file is rejected.
      const rejected = { name: 'WorkoutFileUnusable' };
      await table
        .import(whole.slice(0, cut % whole.length))
        .catch((error) => expect(error).toMatchObject(rejected));
      await table.import(whole);
      expect(contentOf(await table.sets())).toEqual(stored);
    }),
    propertyRuns(40),
  );
});

test.each([
  ['an older export', () => table.import(fixtureBytes('15_strong_dst.csv'))],
  ['an import of version 0.2', () => table.put(earlier['15_strong_dst.csv'] ?? [])],
])(
  'an import over %s that was killed at any write is repaired by importing again',
  async (_what, prepare) => {
    const file = fixtureBytes('15_strong_dst.csv')
      .toString()
      .replace(/Squat,(1|7|30),/g, 'Front Squat,$1,');
    await prepare();
    await table.import(file);
    const whole = contentOf(await table.sets());
    for (let killedAt = 1; ; killedAt += 1) {
      await table.clear();
      await prepare();
      table.calls.clear();
      // The calls before the kill are sent.
      for (let call = 1; call < killedAt; call += 1)
        table.calls.beforeNext('BatchWriteItemCommand', async () => {});
      table.calls.failNext('BatchWriteItemCommand', new Error('killed'));
      const ended = await table.import(file).catch((error: Error) => error.message);
      if (ended !== 'killed') break;
      expect(table.calls.of('BatchWriteItemCommand')).toHaveLength(killedAt);
      await table.import(file);
      expect(contentOf(await table.sets())).toEqual(whole);
    }
    expect(table.calls.of('BatchWriteItemCommand').length).toBeGreaterThan(1);
  },
);
