import { type ArrivedNight, arrivalOf } from '../../shared/core/freshness.ts';

const night = (fields: Partial<ArrivedNight> = {}): ArrivedNight => ({
  date: '2026-03-10',
  bedtime_end: '2026-03-10T07:10:00+02:00',
  announced_at: null,
  arrived_at: '2026-03-10T10:00:00.000Z',
  ...fields,
});

test.each<[string, Partial<ArrivedNight>]>([
  ['arrived 12:00, 4 h 50 after the end of the sleep', {}],
  ['arrived 12:00, 38 s after Oura announced it', { announced_at: '2026-03-10T09:59:22.000Z' }],
  ['arrived 12:00, 119 s after Oura announced it', { announced_at: '2026-03-10T09:58:01.000Z' }],
  ['arrived 12:00, 45 min after Oura announced it', { announced_at: '2026-03-10T09:15:00.000Z' }],
  [
    'arrived 2026-03-11 13:00, 29 h 50 after the end of the sleep',
    { arrived_at: '2026-03-11T11:00:00.000Z' },
  ],
  ['arrived 2026-03-13 12:00, 3 days after the end of the sleep', { arrived_at: '2026-03-13T10:00:00.000Z' }],
  ['arrived 07:00', { arrived_at: '2026-03-10T05:00:00.000Z' }],
  // The clocks of two machines differ.
  ['arrived 12:00, 0 s after Oura announced it', { announced_at: '2026-03-10T10:00:02.000Z' }],
])('an arrival reads by the clock of the sleeper: %s', (text, fields) => {
  expect(arrivalOf(night(fields))?.text).toBe(text);
});

test('an arrival on another date has the date in the words of the reader', () => {
  const late = night({ arrived_at: '2026-03-11T11:00:00.000Z' });
  expect(arrivalOf(late, undefined, (day) => `on ${day} at`)?.text).toContain(
    'arrived on 2026-03-11 at 13:00',
  );
});

test.each<[string, ArrivedNight]>([
  ['of a backfill or an earlier version', { date: '2026-03-10', bedtime_end: '2026-03-10T07:10:00+02:00' }],
  ['without an event and an end', night({ bedtime_end: null })],
])('a night %s has no arrival', (_which, given) => {
  expect(arrivalOf(given)).toBeUndefined();
});
