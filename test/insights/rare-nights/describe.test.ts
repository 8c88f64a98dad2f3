import { rarityText, sentenceOf } from '../../../services/insights/rare-nights/describe.ts';
import { MOST_NIGHTS } from '../../../services/insights/rare-nights/rare-night.ts';

test.each([
  ['breathing_rate', 15.32, [13.2, 15.26], 'breathing rate 15.32 /min (usual 13.20–15.26)'],
  ['breathing_rate', 15.32, [13.2, 15.24], 'breathing rate 15.3 /min (usual 13.2–15.2)'],
  ['breathing_rate', 13.14, [13.21, 15.3], 'breathing rate 13.1 /min (usual 13.2–15.3)'],
  ['hrv', 46, [46.06, 74.22], 'HRV 46 ms (usual 47–74)'],
  ['hrv', 74, [46.06, 73.9], 'HRV 74 ms (usual 46–73)'],
  ['hrv', 75, [46.06, 74.22], 'HRV 75 ms (usual 46–74)'],
  ['hrv', 45.53, [45.6, 74.4], 'HRV 45.5 ms (usual 45.6–74.4)'],
  ['total_sleep_duration', 21_630, [21_640, 30_000], 'time asleep 6 h 00.5 (usual 6 h 00.7–8 h 20.0)'],
  ['awake_duration', 3600, [1200, 3599], 'time awake 60 min (usual 20–59)'],
  ['bedtime_start', 30, [-90, 29.8], 'bedtime 00:30 (usual 22:30–00:29)'],
  ['temperature_delta', 0.42, [-0.3, 0.418], 'temperature +0.42 °C (usual −0.30 to +0.41)'],
] as const)('%s %d outside of %j reads as outside, and is not distorted', (metric, value, usual, text) => {
  expect(sentenceOf('mixed', [{ metric, value, usual, deviation: 2.1 }])).toBe(`An unusual night: ${text}.`);
});

const HEART_RATE = { metric: 'heart_rate', value: 63, usual: [50, 58], deviation: 4 } as const;
const HRV = { metric: 'hrv', value: 34, usual: [46, 74], deviation: -3.5 } as const;
const TEMPERATURE = { metric: 'temperature_delta', value: 0.9, usual: [-0.3, 0.3], deviation: 3 } as const;
const BREATHING = { metric: 'breathing_rate', value: 15.1, usual: [13.2, 15.3], deviation: 1.8 } as const;
const LOWEST = { metric: 'lowest_heart_rate', value: 50, usual: [40, 51], deviation: 1.7 } as const;

test('an illness names what moved, and counts only what is outside its usual range', () => {
  const ill = (...more: Parameters<typeof sentenceOf>[1]) =>
    sentenceOf('possible illness', [HEART_RATE, HRV, TEMPERATURE, ...more]);
  const said =
    'Heart rate, HRV and temperature moved as in an illness: heart rate 63.0 bpm (usual 50.0–58.0), HRV 34 ms (usual 46–74)';
  expect(ill(BREATHING, LOWEST)).toBe(
    `${said} and temperature +0.90 °C (usual −0.30 to +0.30). Alcohol, heat or a hard day can look the same.`,
  );
  expect(ill({ ...BREATHING, value: 15.9 }, LOWEST)).toContain('(usual −0.30 to +0.30) and 1 more.');
});

test('a good or bad night begins with what makes it so', () => {
  const asleep = {
    metric: 'total_sleep_duration',
    value: 36_000,
    usual: [21_600, 28_800],
    deviation: 5,
  } as const;
  expect(sentenceOf('bad', [asleep, HEART_RATE, HRV])).toMatch(
    /^An unusually bad night: heart rate .*, HRV .* and time asleep /,
  );
  expect(sentenceOf('good', [HEART_RATE, HRV, asleep])).toMatch(/^An unusually good night: time asleep /);
  expect(sentenceOf('mixed', [asleep, HEART_RATE, HRV])).toMatch(/^An unusual night: time asleep /);
});

test('the rarity in words goes no further than the nights before', () => {
  const after = (nights: number, count: number, hasHigher = false) =>
    rarityText(nights, { count, hasHigher });
  expect(after(250, 250)).toBe('about once in 8 months');
  expect(after(250, 29)).toBe('rarer than any of your 29 nights compared before it');
  expect(after(250, 29, true)).toBe('among the rarest of your 29 nights compared before it');
  expect(after(250, 0)).toBe('too early to say how rare');
  expect(after(MOST_NIGHTS, MOST_NIGHTS - 1)).toMatch(/^rarer than any/);
  expect(after(MOST_NIGHTS, MOST_NIGHTS)).toBe('less than once in 10 years');
});
