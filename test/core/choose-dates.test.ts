import fc from 'fast-check';
import {
  askedRange,
  candidateDates,
  chooseDates,
  isLookBack,
  type PlanContext,
} from '../../shared/core/choose-dates.ts';
import { RunInputInvalid } from '../../shared/core/date-range.ts';
import { addDays, currentDates, dayIn, daysFrom, laterDay } from '../../shared/core/day.ts';
import type { DayEntry } from '../../shared/core/ledger.ts';
import { MOST_DATES, type RunInput } from '../../shared/core/messages.ts';
import { propertyRuns } from '../helpers/property-runs.ts';

const TODAY = '2026-03-10';
const context = (input: Partial<RunInput> = {}): PlanContext => ({
  input: { trigger: 'schedule', ...input } as RunInput,
  today: TODAY,
  newest: TODAY,
  timeZone: 'America/Los_Angeles',
  lookBackDays: 7,
  plannedThrough: undefined,
});
const entry = (date: string, fields: Partial<DayEntry>): [string, DayEntry] => [
  date,
  {
    date,
    state: 'stored',
    reason: null,
    evidence: null,
    settled: false,
    attempts: 1,
    last_error: null,
    accepted: null,
    run_id: 'r',
    last_checked_at: '2026-03-10T20:00:00.000Z',
    next_check_on: null,
    reason_since: null,
    incomplete: [],
    vanished_since: null,
    ...fields,
  },
];
const choose = (given: PlanContext, stored: string[] = [], entries: [string, DayEntry][] = []) =>
  chooseDates(given, candidateDates(given), new Set(stored), new Map(entries));

test('requests the last seven days for an empty table, today included, oldest first', () => {
  expect(choose(context()).map(({ date }) => date)).toEqual(daysFrom('2026-03-04', TODAY));
});

describe('a date that has begun only further east', () => {
  const AHEAD = addDays(TODAY, 1);
  const ahead = (input: Partial<RunInput> = {}): PlanContext => ({ ...context(input), newest: AHEAD });

  test.each<[string, Partial<RunInput>, string]>([
    ['the daily run', {}, '2026-03-04'],
    ['a run of the last days', { days: 2 }, '2026-03-09'],
    ['a run with only a first date', { from: '2026-03-08' }, '2026-03-08'],
    ['a run from that date on', { from: AHEAD }, AHEAD],
  ])('is part of %s', (_, input, from) => {
    expect(choose(ahead(input)).map(({ date }) => date)).toEqual(daysFrom(from, AHEAD));
  });

  test('is not part of a run with an earlier last date', () => {
    expect(askedRange(ahead({ to: TODAY }))).toEqual({ from: '2026-03-04', to: TODAY });
  });

  test('can be the last date of a run, the next one cannot', () => {
    expect(askedRange(ahead({ from: TODAY, to: AHEAD }))).toEqual({ from: TODAY, to: AHEAD });
    expect(() => askedRange(ahead({ to: addDays(AHEAD, 1) }))).toThrow(RunInputInvalid);
  });

  test('is requested again by every run until it is over, and once a day by a backfill', () => {
    const asked = [entry(AHEAD, { state: 'not_over' })];
    expect(choose(ahead(), [], asked)).toContainEqual({ date: AHEAD, reason: 'missing' });
    const backfill = { ...ahead({ trigger: 'backfill', from: AHEAD }) };
    expect(choose(backfill, [], asked)).toEqual([]);
    const tomorrow = { ...backfill, today: AHEAD, newest: addDays(AHEAD, 1) };
    expect(choose(tomorrow, [], asked)).toContainEqual({ date: AHEAD, reason: 'backfill' });
  });

  test('is read again on that date, because a late nap of the evening before belongs to it', () => {
    const stored = [entry(AHEAD, {})];
    expect(choose(ahead(), [AHEAD], stored).map(({ date }) => date)).not.toContain(AHEAD);
    const tomorrow = { ...ahead(), today: AHEAD };
    expect(choose(tomorrow, [AHEAD], stored)).toContainEqual({ date: AHEAD, reason: 'recheck' });
  });
});

test('in every zone and at every time, a run requests each date that has begun anywhere, and no later one', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.parse('2016-01-01T00:00:00Z'), max: Date.parse('2036-01-01T00:00:00Z') }),
      fc.constantFrom<Partial<RunInput>>({}, { days: 3 }, { trigger: 'backfill', from: '2016-01-01' }),
      (timeZone, now, input) => {
        const given = { ...context(input), ...currentDates(timeZone, now), timeZone };
        if (input.from) given.input = { ...given.input, from: addDays(given.today, -3) } as RunInput;
        const dates = choose(given).map(({ date }) => date);
        const begun = (instant: number) => zones.map((zone) => dayIn(zone, instant));
        expect(dates).toEqual(expect.arrayContaining(begun(now)));
        expect(dates.at(-1)).toBe(begun(now).reduce(laterDay));
      },
    ),
    propertyRuns(50),
  );
});

test('does not request a stored night that is not due', () => {
  const chosen = choose(context(), ['2026-03-08'], [entry('2026-03-08', {})]);
  expect(chosen.map(({ date }) => date)).toEqual(
    daysFrom('2026-03-04', TODAY).filter((date) => date !== '2026-03-08'),
  );
});

test('requests a stored night that is due, as a re-read', () => {
  // Read on the 9th, at age 1; on the 10th its age is 2, which is on the schedule.
  const chosen = choose(
    context(),
    ['2026-03-08'],
    [entry('2026-03-08', { last_checked_at: '2026-03-09T20:00:00.000Z' })],
  );
  expect(chosen).toContainEqual({ date: '2026-03-08', reason: 'recheck' });
});

test('re-reads a due night that is older than the look-back', () => {
  const date = addDays(TODAY, -14);
  const chosen = choose(context(), [date], [entry(date, { last_checked_at: '2026-03-03T20:00:00.000Z' })]);
  expect(chosen).toContainEqual({ date, reason: 'recheck' });
});

test('a run with its own dates looks up no others', () => {
  const dates = context({ trigger: 'manual', from: '2026-03-05', to: '2026-03-08' });
  expect(candidateDates(dates)).toEqual(daysFrom('2026-03-05', '2026-03-08'));
});

test('after days without a run, the look-back reaches back to the last planned day', () => {
  const resumed = { ...context(), plannedThrough: '2026-02-20' };
  expect(askedRange(resumed)).toEqual({ from: '2026-02-14', to: TODAY });
});

test('a daily run requests only the look-back', () => {
  for (const plannedThrough of [TODAY, addDays(TODAY, -1)]) {
    expect(askedRange({ ...context(), plannedThrough })).toEqual({ from: '2026-03-04', to: TODAY });
  }
});

test('after a clock that was ahead, a run catches up as far as it can, and reads each night again that it checked', () => {
  const ahead = { ...context(), plannedThrough: addDays(TODAY, 30) };
  expect(askedRange(ahead).from).toBe(addDays(TODAY, -365));
  // A traveller may be a day ahead of the zone.
  const traveller = { ...context(), newest: addDays(TODAY, 1), plannedThrough: addDays(TODAY, 1) };
  expect(askedRange(traveller).from).toBe('2026-03-04');
  const night = '2026-03-08';
  const checked = entry(night, { settled: true, last_checked_at: '2026-04-09T20:00:00.000Z' });
  expect(choose(context(), daysFrom('2026-03-04', TODAY), [checked])).toContainEqual({
    date: night,
    reason: 'recheck',
  });
});

test('a run catches up at most a year', () => {
  expect(askedRange({ ...context(), plannedThrough: '2020-01-01' }).from).toBe(addDays(TODAY, -365));
});

test('a run with its own dates does not catch up', () => {
  const own = { ...context({ trigger: 'manual', days: 2 }), plannedThrough: '2026-02-20' };
  expect(askedRange(own)).toEqual({ from: '2026-03-09', to: TODAY });
});

test.each<[RunInput, boolean]>([
  [{ trigger: 'schedule' }, true],
  [{ trigger: 'manual' }, true],
  [{ trigger: 'manual', again: true }, true],
  [{ trigger: 'manual', days: 30 }, false],
  [{ trigger: 'manual', to: TODAY }, false],
  [{ trigger: 'backfill', from: '2026-01-01' }, false],
  [{ trigger: 'webhook' }, false],
  [{ trigger: 'morning' }, false],
])('a look-back run is the daily one, or a manual one without a range: %j', (input, expected) => {
  expect(isLookBack(input)).toBe(expected);
});

test('leaves a missing night older than the look-back to a backfill', () => {
  expect(choose(context()).map(({ date }) => date)).not.toContain('2026-03-03');
});

test('requests no settled night again, whenever it was last read', () => {
  const last_checked_at = '2026-03-05T20:00:00.000Z';
  const nights: [string, DayEntry][] = [
    entry('2026-03-05', { settled: true, last_checked_at }),
    entry('2026-03-06', { settled: false, last_checked_at }),
  ];
  const chosen = choose(context(), daysFrom('2026-03-04', TODAY), nights).map(({ date }) => date);
  expect(chosen).not.toContain('2026-03-05');
  expect(chosen).toContain('2026-03-06');
});

test('requests an unsettled "no data", but not a settled one', () => {
  const chosen = choose(
    context(),
    [],
    [
      entry('2026-03-08', { state: 'no_data', settled: true }),
      entry('2026-03-09', { state: 'no_data', settled: false }),
    ],
  ).map(({ date }) => date);
  expect(chosen).not.toContain('2026-03-08');
  expect(chosen).toContain('2026-03-09');
});

test('requests a parked date in the look-back again', () => {
  const chosen = choose(context(), [], [entry('2026-03-08', { state: 'parked' })]);
  expect(chosen).toContainEqual({ date: '2026-03-08', reason: 'missing' });
});

test('re-reads a stored night without an entry in the ledger', () => {
  expect(choose(context(), ['2026-03-08'])).toContainEqual({ date: '2026-03-08', reason: 'recheck' });
});

test('checks exactly the given range, with both ends', () => {
  const chosen = choose(context({ trigger: 'manual', from: '2026-01-01', to: '2026-01-03' }), ['2026-03-08']);
  expect(chosen.map(({ date }) => date)).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
});

test('a number of days ends today', () => {
  expect(askedRange(context({ trigger: 'manual', days: 30 }))).toEqual({
    from: addDays(TODAY, -29),
    to: TODAY,
  });
});

test('the messages of a backfill have the reason backfill', () => {
  expect(choose(context({ trigger: 'backfill', from: '2026-01-01', to: '2026-01-01' }))).toEqual([
    { date: '2026-01-01', reason: 'backfill' },
  ]);
});

test('a run by the look-back checks dates up to the oldest age of a re-read plus one look-back', () => {
  // 30 days and 7: a night of age 30 is still found after a week without a run.
  expect(candidateDates(context())).toEqual(daysFrom(addDays(TODAY, -37), TODAY));
});

test('a run that catches up checks its whole range', () => {
  const resumed = { ...context(), plannedThrough: addDays(TODAY, -100) };
  expect(candidateDates(resumed)).toEqual(daysFrom(addDays(TODAY, -106), TODAY));
});

test('re-reads a night that reached the last age during a week without a run', () => {
  const date = addDays(TODAY, -36);
  const chosen = choose(context(), [date], [entry(date, { last_checked_at: '2026-02-20T20:00:00.000Z' })]);
  expect(chosen).toContainEqual({ date, reason: 'recheck' });
});

test('catches up one day without a run', () => {
  expect(askedRange({ ...context(), plannedThrough: addDays(TODAY, -2) }).from).toBe(addDays(TODAY, -8));
});

test('checks a look-back longer than a year in full', () => {
  const long = { ...context(), lookBackDays: 400, plannedThrough: '2020-01-01' };
  expect(askedRange(long).from).toBe(addDays(TODAY, -399));
});

test('a range with only an end starts one look-back before it', () => {
  const range = askedRange(context({ trigger: 'manual', to: '2026-02-10' }));
  expect(range).toEqual({ from: '2026-02-04', to: '2026-02-10' });
});

test('accepts a range of only today', () => {
  const range = askedRange(context({ trigger: 'manual', from: TODAY, to: TODAY }));
  expect(range).toEqual({ from: TODAY, to: TODAY });
});

test('a range holds exactly as many dates as a run allows', () => {
  const first = addDays(TODAY, 1 - MOST_DATES);
  expect(askedRange(context({ trigger: 'manual', from: first }))).toEqual({ from: first, to: TODAY });
  const before = addDays(first, -1);
  expect(() => askedRange(context({ trigger: 'manual', from: before }))).toThrow(
    `The range ${before} to ${TODAY} has more than ${MOST_DATES} dates`,
  );
});

test('a date was checked today by the calendar of the time zone', () => {
  const date = '2026-01-05';
  // 22:00 on the 10th in Los Angeles.
  const known = entry(date, {
    state: 'no_data',
    reason: 'not_worn',
    last_checked_at: '2026-03-11T05:00:00.000Z',
  });
  expect(choose(context({ trigger: 'backfill', from: date, to: date }), [], [known])).toEqual([]);
});

test.each([
  ['reversed', { from: '2026-03-05', to: '2026-03-01' }, 'The range 2026-03-05 to 2026-03-01 is reversed'],
  [
    'in the future',
    { from: '2026-03-05', to: '2026-03-11' },
    'The date 2026-03-11 is in the future: today is 2026-03-10',
  ],
])('rejects a range %s', (_rule, range, message) => {
  const asked = () => askedRange(context({ trigger: 'manual', ...range }));
  expect(asked).toThrow(RunInputInvalid);
  expect(asked).toThrow(expect.objectContaining({ name: 'RunInputInvalid' }));
  expect(asked).toThrow(message);
});

test.each([
  ['is not requested again by a backfill on the same day', 'not_worn', TODAY, 'backfill', 0],
  ['is requested again by a backfill on a later day', 'not_worn', '2026-03-09', 'backfill', 1],
  ['is requested again on the same day by any other run', 'not_worn', TODAY, 'manual', 1],
  ['is requested again if a scope was missing', 'scope_missing', TODAY, 'backfill', 1],
] as const)('a date without data %s', (_rule, reason, checkedOn, trigger, asked) => {
  const date = '2026-01-05';
  const known = entry(date, { state: 'no_data', reason, last_checked_at: `${checkedOn}T20:00:00.000Z` });
  expect(choose(context({ trigger, from: date, to: date }), [], [known])).toHaveLength(asked);
});

describe('an accepted date', () => {
  const accepted = (date: string, last_checked_at: string) =>
    entry(date, { state: 'accepted', reason: 'InvalidRecord', last_checked_at });
  const dates = (input: Partial<RunInput>, checked: string, date: string) =>
    choose(context(input), [], [accepted(date, checked)])
      .map((chosen) => chosen.date)
      .includes(date);

  test('is requested by every run of the look-back, since Oura may correct the record', () => {
    expect(dates({}, '2026-03-09T20:00:00.000Z', '2026-03-08')).toBe(true);
  });

  test('is requested afterwards when a stored night would be read again', () => {
    const date = addDays(TODAY, -14);
    expect(dates({}, '2026-03-09T20:00:00.000Z', date)).toBe(true);
    expect(dates({}, '2026-03-10T10:00:00.000Z', date)).toBe(false);
    expect(dates({}, '2026-03-09T20:00:00.000Z', addDays(TODAY, -13))).toBe(false);
  });

  test('is requested once a day by a backfill', () => {
    const backfill = { trigger: 'backfill', from: '2026-01-01', to: '2026-01-02' } as const;
    expect(dates(backfill, '2026-03-09T20:00:00.000Z', '2026-01-01')).toBe(true);
    expect(dates(backfill, '2026-03-10T20:00:00.000Z', '2026-01-01')).toBe(false);
  });
});
