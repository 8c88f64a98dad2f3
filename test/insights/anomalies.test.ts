import { anomalousEpisodes } from '../../services/insights/anomalies.ts';
import type { NightMetrics } from '../../shared/core/sleep-record.ts';
import { dayAt, nightsOf, normalsFrom } from './histories.ts';

const find = (count: number, metrics: (index: number) => Partial<NightMetrics>) =>
  anomalousEpisodes(nightsOf(count, metrics), { from: dayAt(0), to: dayAt(count - 1) });

/** 58 to 62 and back. */
const wave = (index: number): number => 60 + ((index * 3) % 5) - 2;

test('the reason of an anomaly contains its value, its unit and the usual range', () => {
  const [episode, ...others] = find(60, (index) => ({ hrv: index === 50 ? 38 : wave(index) }));
  expect(others).toEqual([]);
  expect(episode).toEqual([
    {
      date: dayAt(50),
      metric: 'hrv',
      value: 38,
      expected: [expect.any(Number), expect.any(Number)],
      reason: expect.stringMatching(/^HRV 38 ms, usual \d\d–\d\d$/),
    },
  ]);
  const [low = 0, high = 0] = episode?.[0].expected ?? [];
  expect(low).toBeGreaterThan(45);
  expect(high).toBeLessThan(75);
});

test.each([
  [
    { total_sleep_duration: 15_000 },
    { total_sleep_duration: 27_000 },
    /^time asleep 4 h 10, usual 7 h \d\d–7 h \d\d$/,
  ],
  [{ heart_rate: 66.35 }, { heart_rate: 52 }, /^heart rate 66\.4 bpm, usual 5\d\.\d–5\d\.\d$/],
  [
    { temperature_delta: -0.9 },
    { temperature_delta: 0 },
    /^temperature −0\.90 °C, usual −0\.\d\d to \+0\.\d\d$/,
  ],
  [{ sleep_latency: 7200 }, { sleep_latency: 600 }, /^time to fall asleep 120 min, usual \d–\d\d$/],
])('formats %j after %j for people', (odd, usual, reason) => {
  const episodes = find(40, (index) => (index === 30 ? odd : usual));
  expect(episodes.map(([{ reason: text }]) => text)).toEqual([expect.stringMatching(reason)]);
});

test('formats a bedtime as a clock time', () => {
  const episodes = find(40, (index) => ({
    bedtime_start:
      index === 30 ? `${dayAt(30)}T03:15:00+02:00` : `${dayAt(index - 1)}T22:${20 + (index % 3)}:00+02:00`,
  }));
  expect(episodes.map(([{ value, reason }]) => [value, reason])).toEqual([
    [195, expect.stringMatching(/^bedtime 03:15, usual 21:5\d–22:5\d$/)],
  ]);
});

test('an episode joins consecutive nights on the same side, also over one missing night', () => {
  const odd = new Map([
    [40, 40],
    [41, 41],
    [43, 39],
    [44, 90],
  ]);
  const episodes = find(60, (index) => ({ hrv: index === 42 ? null : (odd.get(index) ?? wave(index)) }));
  expect(episodes.map((episode) => episode.map(({ date }) => date))).toEqual([
    [dayAt(40), dayAt(41), dayAt(43)],
    [dayAt(44)],
  ]);
  expect(episodes[0]?.map(({ reason }) => reason.split('; ')[1])).toEqual([
    'night 1 of 3 in a row',
    'night 2 of 3 in a row',
    'night 3 of 3 in a row',
  ]);
});

test('a usual night in between ends an episode', () => {
  const episodes = find(60, (index) => ({ hrv: index === 40 || index === 42 ? 40 : wave(index) }));
  expect(episodes.map((episode) => episode.map(({ date }) => date))).toEqual([[dayAt(40)], [dayAt(42)]]);
  expect(episodes.map(([{ reason }]) => reason)).not.toContainEqual(expect.stringContaining('in a row'));
});

test('the usual range depends on the weekday: reports a late Tuesday but no late Saturdays', () => {
  const late = (index: number) => index % 7 === 2 || index === 68;
  const episodes = find(77, (index) => ({
    total_sleep_duration: (late(index) ? 34_200 : 27_000) + 60 * (index % 4),
  }));
  expect(episodes.map(([{ date }]) => date).filter((date) => date >= dayAt(56))).toEqual([dayAt(68)]);
});

test('the usual range depends only on earlier nights', () => {
  const before = find(60, (index) => ({ hrv: wave(index) * (index === 50 ? 2 : 1) }));
  const after = find(90, (index) => ({
    hrv: index > 50 ? 3 * wave(index) : wave(index) * (index === 50 ? 2 : 1),
  }));
  expect(after.flat().filter(({ date }) => date <= dayAt(50))).toMatchObject(
    before.flat().map(({ date, value, expected }) => ({ date, value, expected })),
  );
});

test('reports no anomalies with fewer than 21 nights', () => {
  expect(find(21, (index) => ({ hrv: index === 20 ? 5 : 60 }))).toEqual([]);
});

test('reports fewer than one in a hundred nights that vary only by chance', () => {
  const normal = normalsFrom(5);
  const episodes = find(700, () => ({ total_sleep_duration: Math.round(27_000 + 1800 * normal()) }));
  expect(episodes.flat().length).toBeLessThan(7);
});
