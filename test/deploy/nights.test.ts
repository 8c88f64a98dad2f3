import { createRing } from '../../services/ring-simulator/sleeper/ring.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { type Day, daysFrom } from '../../shared/core/day.ts';
import { assembleNight } from '../../shared/core/night/assemble-night.ts';
import { exportedNights, nightsOfRing, sameNights } from './nights.ts';

const ACCOUNT = { timeZone: 'America/Los_Angeles', seed: 1 };
const NOW = Date.parse('2026-11-23T12:00:00Z');
const YEARS: readonly Day[] = daysFrom('2024-11-23', '2026-11-01');
const A_WEEK = 7;

let ring: RingSimulator;
beforeAll(async () => {
  ring = await startRingSimulator({ ...ACCOUNT, apiKey: 'key', clock: { now: () => NOW } });
});
afterAll(() => ring.stop());

/** Two years contain split nights, naps and rests. The deployment suite itself sees only one week, a different one each day. */
test('the deployment suite derives each night of two years from the ring as the project does', async () => {
  const { records } = createRing({ ...ACCOUNT, scenario: 'steady' });
  const assembled = YEARS.flatMap((day) => {
    const of = (collection: 'sleep' | 'daily_sleep' | 'daily_readiness' | 'daily_spo2') =>
      records(collection, day, NOW);
    return (
      assembleNight(day, {
        sleep: of('sleep'),
        daily_sleep: of('daily_sleep'),
        daily_readiness: of('daily_readiness'),
        daily_spo2: of('daily_spo2'),
      }) ?? []
    );
  });
  expect(assembled).toHaveLength(YEARS.length);
  const stored = exportedNights(JSON.stringify(assembled));
  for (let first = 0; first < stored.length; first += A_WEEK) {
    const week = stored.slice(first, first + A_WEEK);
    sameNights(
      week,
      await nightsOfRing(
        ring,
        'key',
        week.map(({ date }) => date),
      ),
    );
  }
});
