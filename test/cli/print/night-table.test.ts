import { nightTable } from '../../../services/cli/print/night-table.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { nightOf } from '../../aws/store/nights.ts';

const LEGEND = /^\+n: n naps\. Bedtimes are the night's/m;

const night = (...types: string[]): SleepRecord =>
  ({
    ...nightOf('2026-03-10', {
      bedtime_start: '2026-03-10T04:15:00-07:00',
      bedtime_end: '2026-03-10T08:05:00-07:00',
    }),
    periods: types.map((type, index) => ({
      ...{ id: String(index), day: '2026-03-10', type, total_sleep_duration: 60 },
      ...{ bedtime_start: `2026-03-10T0${index}:00:00Z`, bedtime_end: `2026-03-10T0${index}:30:00Z` },
    })),
  }) as unknown as SleepRecord;

test('explains +1 if a night has it', () => {
  const split = nightTable([night('long_sleep'), night('sleep', 'long_sleep')]);
  expect(split).toContain('04:15–08:05 +1');
  expect(split).toMatch(LEGEND);
});

test('explains no bedtimes if the terminal is too narrow for them', () => {
  const narrow = nightTable([night('sleep', 'long_sleep')], 60);
  expect(narrow).not.toContain('04:15');
  expect(narrow).toMatch(/^Durations are sums over the night and its naps\.$/m);
  expect(narrow).not.toMatch(LEGEND);
});

test('explains nothing if no night has a nap', () => {
  const table = nightTable([
    night('long_sleep'),
    night('long_sleep', 'rest'),
    night('long_sleep', 'long_sleep'),
    night(),
  ]);
  expect(table).not.toMatch(/\+\d/);
  expect(table).not.toMatch(LEGEND);
});
