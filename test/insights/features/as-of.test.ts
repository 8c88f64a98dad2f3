import fc from 'fast-check';
import { createKnownNights, presentNight } from '../../../services/insights/features/as-of.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { nightOf, STORED } from '../../aws/store/nights.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';

const ZONE = 'America/Los_Angeles';
const HASH = '0'.repeat(64);

/** A stored night whose HRV was `values[0]` at `instants[0]`, then revised at each further instant. */
const recordOf = (date: string, instants: readonly string[], values: readonly number[]): SleepRecord => ({
  ...nightOf(date, { hrv: values.at(-1) ?? null, heart_rate: 50 }),
  ...STORED,
  periods: [],
  settled: true,
  revision: values.length,
  content_hash: HASH,
  first_synced_at: instants[0] ?? '',
  updated_at: instants.at(-1) ?? '',
  history: values.slice(0, -1).map((hrv, index) => ({
    revision: index + 1,
    stored_at: instants[index] ?? '',
    replaced_at: instants[index + 1] ?? '',
    changed: { hrv },
  })),
});

const noon = (date: string): string => `${date}T20:00:00.000Z`;

describe('createKnownNights', () => {
  /** The night of the first sync. */
  const first = recordOf('2026-03-01', [noon('2026-03-01')], [50]);

  test.each([
    ['2026-03-01', undefined],
    ['2026-03-02', 40],
    ['2026-03-03', 40],
    ['2026-03-04', 44],
    ['2026-03-09', 44],
    ['2026-03-10', 47],
    ['2030-01-01', 47],
  ])('on the morning of %s the known HRV of a night with two revisions is %s', (day, hrv) => {
    const revised = recordOf(
      '2026-03-02',
      [noon('2026-03-02'), noon('2026-03-03'), noon('2026-03-09')],
      [40, 44, 47],
    );
    expect(createKnownNights([first, revised], ZONE).night('2026-03-02', day)?.hrv).toBe(hrv);
  });

  test('a revision keeps the fields that it does not change', () => {
    const both: SleepRecord = {
      ...recordOf('2026-03-02', [noon('2026-03-02'), noon('2026-03-03'), noon('2026-03-04')], [40, 41, 41]),
      heart_rate: 55,
      history: [
        { revision: 1, stored_at: noon('2026-03-02'), replaced_at: noon('2026-03-03'), changed: { hrv: 40 } },
        {
          revision: 2,
          stored_at: noon('2026-03-03'),
          replaced_at: noon('2026-03-04'),
          changed: { heart_rate: 50 },
        },
      ],
    };
    const { night } = createKnownNights([first, both], ZONE);
    const untouched = { sleep_score: null };
    expect(night('2026-03-02', '2026-03-02')).toMatchObject({ hrv: 40, heart_rate: 50, ...untouched });
    expect(night('2026-03-02', '2026-03-04')).toMatchObject({ hrv: 41, heart_rate: 50, ...untouched });
    expect(night('2026-03-02', '2026-03-05')).toMatchObject({ hrv: 41, heart_rate: 55, ...untouched });
  });

  test('on its own morning, a night is known in its first version of that day', () => {
    const napped = recordOf('2026-03-02', [noon('2026-03-02'), '2026-03-03T02:00:00Z'], [40, 44]);
    const { night } = createKnownNights([first, napped], ZONE);
    expect(night('2026-03-02', '2026-03-02')?.hrv).toBe(40);
    expect(night('2026-03-02', '2026-03-03')?.hrv).toBe(44);
  });

  test('an earlier night is known as stored before the day, without the re-read at noon', () => {
    const reread = recordOf('2026-03-02', [noon('2026-03-02'), noon('2026-03-03')], [40, 44]);
    const { night } = createKnownNights([first, reread], ZONE);
    expect(night('2026-03-02', '2026-03-03')?.hrv).toBe(40);
    expect(night('2026-03-02', '2026-03-04')?.hrv).toBe(44);
  });

  test('a night that arrives late is unknown before it arrives', () => {
    const { night } = createKnownNights([first, recordOf('2026-03-02', [noon('2026-03-05')], [40])], ZONE);
    expect(night('2026-03-02', '2026-03-04')).toBeUndefined();
    expect(night('2026-03-02', '2026-03-05')?.hrv).toBe(40);
  });

  test('a night before the first sync is known on its own morning in its first version, and later as revised', () => {
    const before = recordOf('2026-02-20', [noon('2026-03-01'), noon('2026-03-06')], [40, 44]);
    const { night } = createKnownNights([first, before], ZONE);
    expect(night('2026-02-20', '2026-02-20')?.hrv).toBe(40);
    expect(night('2026-02-20', '2026-03-06')?.hrv).toBe(40);
    expect(night('2026-02-20', '2026-03-07')?.hrv).toBe(44);
  });

  test('a night of a look-back from before the first sync that arrived on a later day is unknown before it arrives', () => {
    const late = recordOf('2026-02-27', [noon('2026-03-03')], [40]);
    const known = (arrived_at: string) => createKnownNights([first, { ...late, arrived_at }], ZONE);
    expect(known(noon('2026-03-03')).night('2026-02-27', '2026-03-02')).toBeUndefined();
    expect(known(noon('2026-03-03')).night('2026-02-27', '2026-03-03')?.hrv).toBe(40);
    // That of the first sync itself.
    expect(known(noon('2026-03-01')).night('2026-02-27', '2026-02-27')?.hrv).toBe(40);
  });

  describe('scores of a night with a nap', () => {
    const period = (id: string, type: string, start: string, end: string, added: number | null = null) => ({
      ...{ id, type, bedtime_start: `2026-03-${start}:00-08:00`, bedtime_end: `2026-03-${end}:00-08:00` },
      ...{ total_sleep_duration: 3600, sleep_score_delta: added },
    });
    const main = period('main', 'long_sleep', '01T23:00', '02T07:00');
    const nap = period('nap', 'sleep', '02T14:00', '02T15:00', 3);
    const bedtimes = { bedtime_start: main.bedtime_start, bedtime_end: main.bedtime_end };
    /** First stored without the nap, unless `earlier` is null. */
    const withNap = (earlier: Partial<SleepRecord> | null): SleepRecord => ({
      ...recordOf('2026-03-02', [noon('2026-03-02'), noon('2026-03-03')], [40, 40]),
      ...{ ...bedtimes, sleep_score: 83, sleep_timing: 70, readiness_score: 77, periods: [main, nap] },
      history: earlier
        ? [
            {
              ...{ revision: 1, stored_at: noon('2026-03-02'), replaced_at: noon('2026-03-03') },
              changed: { periods: [main], ...earlier },
            },
          ]
        : [],
    });

    test('are those of the version before the nap', () => {
      const record = withNap({ sleep_score: 81, sleep_timing: 65 });
      const scores = { sleep_score: 81, sleep_timing: 65, readiness_score: 77, naps: { length: 1 } };
      expect(presentNight(record)).toMatchObject(scores);
      expect(createKnownNights([first, record], ZONE).night('2026-03-02', '2026-03-05')).toMatchObject(
        scores,
      );
    });

    test('that the version before the nap lacks, or without such a version, are less what the nap added', () => {
      const lacking = { sleep_score: null, sleep_timing: 65 };
      expect(presentNight(withNap(lacking))).toMatchObject({ sleep_score: 80, sleep_timing: 65 });
      expect(presentNight(withNap(null))).toMatchObject({ sleep_score: 80, sleep_timing: null });
    });

    test('of another night are not taken', () => {
      const shorter = { ...main, bedtime_end: '2026-03-02T05:00:00-08:00' };
      const earlier = { sleep_score: 60, periods: [shorter] };
      expect(presentNight(withNap(earlier))).toMatchObject({ sleep_score: 80, sleep_timing: null });
    });
  });

  test('a night after the day is unknown', () => {
    const { night } = createKnownNights([first, recordOf('2026-03-02', [noon('2026-03-02')], [40])], ZONE);
    expect(night('2026-03-02', '2026-03-01')).toBeUndefined();
  });

  test('later data does not change what was known on a day', () => {
    const hour = fc.integer({ min: 25, max: 24 * 90 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hour, fc.double({ min: 10, max: 90, noNaN: true })), { maxLength: 6 }),
        (later) => {
          const start = Date.parse(noon('2026-03-02'));
          const times = [start, ...later.map(([hours]) => start + hours * 3_600_000).sort((a, b) => a - b)];
          const instants = times.map((time) => new Date(time).toISOString());
          const revised = recordOf('2026-03-02', instants, [40, ...later.map(([, hrv]) => hrv)]);
          expect(createKnownNights([first, revised], ZONE).night('2026-03-02', '2026-03-02')?.hrv).toBe(40);
        },
      ),
      propertyRuns(),
    );
  });

  test('without records no night is known', () => {
    expect(createKnownNights([], ZONE).dates).toEqual([]);
  });
});
