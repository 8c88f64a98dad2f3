import { nightClock } from '../../../services/dashboard/page/night/night-clock.ts';
import type { NightScale } from '../../../services/dashboard/page/night/night-scale.ts';
import {
  bedSentences,
  contributorLabel,
  hrvSentence,
  lowestSentence,
  remarkSentences,
  revisionSentence,
  withoutStages,
} from '../../../services/dashboard/page/night/night-words.ts';
import { type CurvePoint, placedPeriods } from '../../../services/dashboard/page/night/placed-periods.ts';
import { whereIs } from '../../../services/dashboard/page/night/typical.ts';
import { valueDomain } from '../../../services/dashboard/page/night/value-domain.ts';
import { wrapText } from '../../../services/dashboard/page/wrap-text.ts';
import type { NightPeriod, NightRow } from '../../../services/dashboard/server/api.ts';
import type { Remark } from '../../../shared/core/night/remarks.ts';
import { nightOf } from '../../aws/store/nights.ts';

const ZONE = 'America/Los_Angeles';
const DATE = '2026-03-10';

const periodOf = (start: string, end: string, changes: Partial<NightPeriod> = {}): NightPeriod => ({
  ...{ type: 'long_sleep', role: 'part', start, end, samples: [] },
  ...changes,
});
const scaleOf = (...periods: NightPeriod[]): NightScale => {
  const placed = placedPeriods({ periods, phase_seconds: 300 });
  return { placed, clock: nightClock(placed, ZONE), phase_seconds: 300 };
};
const FIRST = periodOf('2026-03-09T22:44:00-07:00', '2026-03-10T02:35:00-07:00');
const SECOND = periodOf('2026-03-10T03:19:00-07:00', '2026-03-10T07:13:00-07:00');
const NAP = periodOf('2026-03-10T13:45:00-07:00', '2026-03-10T14:32:00-07:00', { role: 'nap' });

const pointAt = (value: number, instant = '2026-03-10T00:54:00-07:00'): CurvePoint => ({
  at: Date.parse(instant),
  value,
  run: '0',
});

test('a night is in bed from its first to its last part, with the time between and the naps', () => {
  expect(bedSentences(scaleOf(FIRST))).toEqual(['In bed 22:44–02:35.']);
  expect(bedSentences(scaleOf(FIRST, SECOND, NAP))).toEqual([
    'In bed 22:44–07:13, in 2 parts with 44 min out of bed.',
    'Nap 13:45–14:32.',
  ]);
  const before = periodOf('2026-03-09T18:02:00-07:00', '2026-03-09T18:58:00-07:00', { role: 'nap' });
  expect(bedSentences(scaleOf(before, FIRST))).toEqual([
    'In bed 22:44–02:35.',
    'Nap before the night 18:02–18:58.',
  ]);
  const third = periodOf('2026-03-10T08:13:00-07:00', '2026-03-10T09:00:00-07:00');
  expect(bedSentences(scaleOf(FIRST, SECOND, third))).toEqual([
    'In bed 22:44–09:00, in 3 parts with 44 min and 1 h out of bed.',
  ]);
});

test('a change of the clock is said', () => {
  const night = scaleOf(periodOf('2026-03-07T23:30:00-08:00', '2026-03-08T06:30:00-07:00'));
  expect(bedSentences(night)).toEqual([
    'In bed 23:30–06:30.',
    'The clock changed during the night: it was set forward by 1 h.',
  ]);
  const abroad = periodOf('2026-03-10T14:00:00-08:00', '2026-03-10T15:00:00-08:00', { role: 'nap' });
  expect(bedSentences(scaleOf(FIRST, abroad)).at(-1)).toBe(
    'Between the night and a nap, the clock was set back by 1 h.',
  );
});

test('the lowest heart rate has the time of the lowest 5 minutes, whose mean is not below it', () => {
  const { clock } = scaleOf(FIRST);
  const of = (lowest_heart_rate: number | null, point?: CurvePoint) =>
    lowestSentence({ lowest_heart_rate }, point, clock);
  expect(of(45, pointAt(48))).toBe('Lowest heart rate 45 bpm; the lowest 5 minutes (48 bpm) began at 00:54.');
  expect(of(48, pointAt(48))).toBe('Lowest heart rate 48 bpm; the lowest 5 minutes began at 00:54.');
  expect(of(45)).toBe('Lowest heart rate 45 bpm.');
  expect(of(null, pointAt(48))).toBe('The lowest 5 minutes (48 bpm) began at 00:54.');
  expect(of(null)).toBeUndefined();
});

test('HRV has its least and its greatest value', () => {
  expect(hrvSentence([pointAt(52), pointAt(40), pointAt(61)])).toBe('From 40 to 61 ms.');
  expect(hrvSentence([])).toBeUndefined();
});

test('a revision says each change, and null is no value', () => {
  const at = '2026-03-11T19:00:00.000Z';
  const sentence = revisionSentence(
    {
      at,
      changes: [
        { metric: 'sleep_score', before: null, after: 82 },
        { metric: 'total_sleep_duration', before: 25_200, after: 25_500 },
        { metric: 'bedtime_end', before: '2026-03-10T06:30:00-07:00', after: '2026-03-10T06:45:00-07:00' },
      ],
    },
    ZONE,
  );
  expect(sentence).toContain('Wed 11 Mar, 12:00');
  expect(sentence).toContain(
    ': Oura changed sleep score from no value to 82, time asleep from 7 h 00 to 7 h 05 and wake-up time from 06:30 to 06:45.',
  );
  expect(revisionSentence({ at, changes: [] }, ZONE)).toContain('Oura changed details of the periods.');
});

describe('the remarks', () => {
  const night = (changes: Partial<NightRow>): NightRow => ({
    ...nightOf(DATE),
    ...{ settled: true, revision: 1, naps: 0, periods: [] },
    ...changes,
  });
  const sentences = (changes: Partial<NightRow>, periods: NightPeriod[] = []) =>
    remarkSentences({ night: night(changes), periods }, ZONE);

  test('are none for a plain night, and for a date without one', () => {
    expect(sentences({}, [FIRST])).toEqual([]);
    expect(remarkSentences({ night: null, periods: [] }, ZONE)).toEqual([]);
  });

  test('say what is missing, provisional, gone, or repaired', () => {
    const remark: Remark = {
      kind: 'unusable_value',
      field: 'sleep.hrv',
      detail: 'must have numbers as items',
    };
    expect(
      sentences({
        bedtime_end: '2026-03-10T06:30:00-07:00',
        announced_at: '2026-03-10T14:40:00.000Z',
        arrived_at: '2026-03-10T14:42:00.000Z',
        settled: false,
        incomplete: ['daily_sleep', 'daily_spo2'],
        vanished_since: '2026-03-12T19:00:00.000Z',
        remarks: [remark],
      }),
    ).toEqual([
      'The night arrived 07:42, 2 min after Oura announced it.',
      'Oura may still revise this night. It is read again until it is 30 days old.',
      'Oura has not sent the sleep score and the breathing disturbances so far. The next sync requests the night again.',
      expect.stringMatching(
        /^Oura has had no record of this day since Thu 12 Mar, 12:00.*\. The night is kept\.$/,
      ),
      'The value is unusable and was left out (sleep.hrv must have numbers as items).',
    ]);
  });

  test('say which periods do not count, and why', () => {
    const ignored = (type: string | null) => ({ ...NAP, role: 'ignored' as const, type });
    expect(sentences({}, ['rest', 'deleted', null, 'long_sleep'].map(ignored))).toEqual([
      'A period 13:45–14:32 does not count: it was rejected as a false detection.',
      'A period 13:45–14:32 does not count: it was deleted in the Oura app.',
      'A period 13:45–14:32 does not count: its type is unknown.',
      'A period 13:45–14:32 does not count.',
    ]);
  });
});

test('periods without stages are counted, and all of them said as such', () => {
  const staged = { ...FIRST, samples: [{ at: 0, phase: 'rem' as const, heart_rate: null, hrv: null }] };
  expect(withoutStages(scaleOf(staged).placed)).toBeUndefined();
  expect(withoutStages(scaleOf(staged, SECOND).placed)).toBe('Oura sent no stages over time for 1 period.');
  expect(withoutStages(scaleOf(FIRST, SECOND).placed)).toContain('only their totals');
});

test('a contributor has the name that people read', () => {
  expect(['hrv_balance', 'previous_day_activity'].map(contributorLabel)).toEqual([
    'HRV balance',
    'Previous day activity',
  ]);
});

test('a value is outside what is typical only if the shown digits are', () => {
  const view = { show: (value: number | null) => (value ?? 0).toFixed(0) };
  expect([86, 87.4, 90, 93.4, 94].map((value) => whereIs(view, value, [87.45, 93.3]))).toEqual([
    'below',
    'within',
    'within',
    'within',
    'above',
  ]);
});

test('the axis of a curve has space around it, and does not magnify a constant one', () => {
  expect(valueDomain([50])).toEqual([45, 55]);
  expect(valueDomain([50, 52])).toEqual([46, 56]);
  expect(valueDomain([40, 80])).toEqual([39, 81]);
});

test('a line of a picture breaks between words, and a word longer than a line has its own', () => {
  expect(wrapText('In bed  22:44–07:13,\nin 2 parts', 9)).toEqual(['In bed', '22:44–07:13, in 2', 'parts']);
  expect(wrapText('a extraordinarily b', 3)).toEqual(['a', 'extraordinarily', 'b']);
  expect(wrapText('', 10)).toEqual([]);
});
