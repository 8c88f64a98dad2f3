import { testClock } from '../helpers/clock.ts';
import { temporaryDataDir } from '../helpers/command.ts';
import { startFixtureOura } from '../helpers/fixture-oura.ts';
import { type CaseRun, caseRuns, playCase } from '../helpers/oura-case.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { startPipeline } from '../reliability/support/pipeline.ts';
import { readTables } from '../reliability/support/tables.ts';

test('optional-collection-gone: both nights are stored, and list the collection', async () => {
  const { nights, statuses } = await playCase('optional-collection-gone');
  expect(nights).toMatchObject([{ incomplete: ['daily_spo2'] }, { incomplete: ['daily_spo2'] }]);
  expect(statuses).toEqual(['complete']);
});

test('scope-granted-later: the nights get their values when their dates are named again', async () => {
  const { nights } = await playCase('scope-granted-later');
  expect(nights.map(({ breathing_disturbances }) => breathing_disturbances)).toEqual([5, 5, 5, 5, 5]);
  expect(nights.flatMap(({ incomplete }) => incomplete)).toEqual([]);
});

test('score-comes-later: a run on the same day stores the score and the new analysis', async () => {
  const { nights } = await playCase('score-comes-later');
  expect(nights).toMatchObject([
    { date: '2026-05-02', sleep_score: 80, total_sleep_duration: 25_800, incomplete: [] },
  ]);
});

test('record-without-day: at most the two dates near its bedtime are parked', async () => {
  const { nights, days } = await playCase('record-without-day');
  expect(nights).toHaveLength(50);
  const gaps = days.filter(({ state }) => state !== 'stored');
  const parked = gaps.filter(({ state }) => state === 'parked');
  expect(parked.length).toBeLessThanOrEqual(2);
  expect(new Set(gaps.filter((gap) => !parked.includes(gap)).map(({ reason }) => reason))).toEqual(
    new Set(['not_worn']),
  );
  expect(gaps).toHaveLength(10);
});

test('nights without a collection that answers 404 are stored and marked, and the next run fills them in', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const [{ records, now, timeZone }] = caseRuns('optional-collection-gone') as [CaseRun];
  const oura = await startFixtureOura({ records });
  cleanUp.defer(() => oura.stop());
  const folder = await temporaryDataDir();
  cleanUp.defer(() => folder.remove());
  const clock = testClock(now);
  const settings = { timeZone, retryBaseSeconds: 0.02 };
  const runtime = await startPipeline({ dataDir: folder.path, clock, baseUrl: oura.url, settings });
  cleanUp.defer(() => runtime.stop());
  /** What a scheduled run leaves of each night. */
  const run = async (name: string) => {
    await startLocalRun(runtime, name, { trigger: 'schedule' });
    await runtime.waitForExecution(name);
    await runtime.idle();
    const { nights, queues } = await readTables(runtime, clock);
    expect(queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
    return nights.map(({ incomplete, breathing_disturbances }) => [incomplete, breathing_disturbances]);
  };

  oura.respondWith(({ collection }) => (collection === 'daily_spo2' ? { status: 404, body: {} } : undefined));
  expect(await run('gone')).toEqual(Array(2).fill([['daily_spo2'], null]));
  oura.respondWith(undefined);
  clock.set('2026-05-02T14:00:00Z');
  expect(await run('back')).toEqual(Array(2).fill([[], 5]));
});
