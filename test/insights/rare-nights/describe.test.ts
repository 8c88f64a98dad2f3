import { sentenceOf } from '../../../services/insights/rare-nights/describe.ts';

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
