import { createSimulatedTraining } from '../../../services/cli/target/simulated-training.ts';
import type { Call } from '../../../services/ring-simulator/api/calls.ts';
import { createLifter } from '../../../services/ring-simulator/sleeper/lifter.ts';
import { createWorkouts, type Workouts } from '../../../shared/aws/store/workouts.ts';
import { addDays, daysFrom } from '../../../shared/core/day.ts';
import { testClock } from '../../helpers/clock.ts';
import { openWorkoutsTable, type WorkoutsTable } from '../../helpers/workouts-table.ts';

const TODAY = '2026-03-10';
const who = { seed: 1, timeZone: 'America/Los_Angeles' };
const lifter = createLifter(who);

let table: WorkoutsTable;
let workouts: Workouts;
beforeAll(async () => {
  table = await openWorkoutsTable();
  workouts = createWorkouts(table.dynamodb, table.name);
});
beforeEach(() => table.clear());
afterAll(() => table.stop());

const call = (start_date: string, end_date: string, changed: Partial<Call> = {}): Call => ({
  ...{ method: 'GET', path: '/v2/usercollection/sleep', collection: 'sleep', status: 200, at: 0 },
  query: { start_date, end_date },
  ...changed,
});
const trainingAt = (instant: string) => createSimulatedTraining({ ...who, clock: testClock(instant) });
const setsOf = (from: string, to: string) => daysFrom(from, to).flatMap(lifter.sets);
const stored = async () => (await workouts.read()).sets;

test('logs the sets of requested days, including those before the table is open', async () => {
  const training = trainingAt(`${TODAY}T12:00:00-07:00`);
  training.called(call('2026-03-01', '2026-03-04'));
  training.open(workouts);
  training.called(call('2026-03-03', '2026-03-07'));
  await training.end();
  expect(await stored()).toEqual(setsOf('2026-03-01', '2026-03-07'));
});

test('logs nothing twice', async () => {
  const training = trainingAt(`${TODAY}T12:00:00-07:00`);
  training.open(workouts);
  training.called(call('2026-03-01', '2026-03-07'));
  await training.end();
  table.calls.clear();
  training.called(call('2026-03-01', '2026-03-07'));
  await training.end();
  expect(table.calls.of('BatchGetItemCommand')).toEqual([]);
});

test("logs today's session after it has finished", async () => {
  const clock = testClock(`${TODAY}T12:00:00-07:00`);
  const training = createSimulatedTraining({ ...who, clock });
  training.open(workouts);
  const day = daysFrom('2026-03-03', TODAY).findLast((date) => lifter.sets(date).length > 0) ?? '';
  clock.set(`${day}T12:00:00-07:00`);
  training.called(call(day, addDays(day, 2)));
  await training.end();
  expect(await stored()).toEqual([]);
  clock.set(`${day}T22:00:00-07:00`);
  training.called(call(day, addDays(day, 2)));
  await training.end();
  expect(await stored()).toEqual(lifter.sets(day));
});

test('logs nothing for rejected requests, other collections, or days more than two years ago', async () => {
  const training = trainingAt(`${TODAY}T12:00:00-07:00`);
  training.open(workouts);
  training.called(call('2026-03-01', '2026-03-07', { status: 503 }));
  training.called(call('2026-03-01', '2026-03-07', { collection: 'daily_sleep' }));
  training.called(call('2020-03-01', '2020-03-07'));
  training.called(call('2026-03-01', '2026-03-07', { query: {} }));
  await training.end();
  expect(await table.count()).toBe(0);
});

test('retries a failed write, and throws at the end', async () => {
  const training = trainingAt(`${TODAY}T12:00:00-07:00`);
  table.calls.failNext('BatchGetItemCommand', new Error('the disk is full'));
  training.open(workouts);
  training.called(call('2026-03-01', '2026-03-07'));
  await training.end();
  expect(await stored()).toEqual(setsOf('2026-03-01', '2026-03-07'));
  table.calls.failNext('BatchGetItemCommand', new Error('the disk is full'));
  table.calls.failNext('BatchGetItemCommand', new Error('the disk is full'));
  training.called(call('2026-02-01', '2026-02-07'));
  await expect(training.end()).rejects.toThrow('the disk is full');
});
