import fc from 'fast-check';
import { createRuns, type Runs } from '../../../shared/aws/store/runs.ts';
import { type Outcome, outcomesOf } from '../../../shared/core/ledger.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';

let tables: TestTables;
let runs: Runs;
beforeAll(async () => {
  tables = await openTables();
  runs = createRuns(tables.dynamodb, 'OuraSyncTable', tables.clock, 90);
});
afterAll(() => tables.stop());

const DATES = ['2026-03-07', '2026-03-08', '2026-03-09', '2026-03-10'];
type Step = Partial<Record<Outcome, string[]>>;

/** What becomes of each date: one outcome, how often it is settled, and whether deliveries of it failed as well. */
const fate = fc.record({
  outcome: fc.constantFrom<Outcome | 'pending'>('stored', 'unchanged', 'no_data', 'pending'),
  times: fc.integer({ min: 1, max: 2 }),
  failures: fc.integer({ min: 0, max: 2 }),
});

/** The results of every delivery, in some order, one by one or several in a batch. */
const story = fc
  .tuple(...DATES.map(() => fate))
  .chain((fates) => {
    const words = fates.flatMap(({ outcome, times, failures }, index): [Outcome, string][] => {
      const date = DATES[index] as string;
      const settled: [Outcome, string][] = outcome === 'pending' ? [] : Array(times).fill([outcome, date]);
      return [...settled, ...(Array(failures).fill(['failed', date]) as [Outcome, string][])];
    });
    const order = fc.shuffledSubarray(words, { minLength: words.length, maxLength: words.length });
    const cuts = fc.array(fc.boolean(), { minLength: words.length, maxLength: words.length });
    return fc.tuple(fc.constant(fates), order, cuts);
  })
  .map(([fates, order, cuts]) => {
    const batches: [Outcome, string][][] = [];
    for (const [index, word] of order.entries()) {
      const batch = batches.at(-1);
      // A date stands once in a batch: SQS may deliver it twice, and the worker asks for it once.
      if (cuts[index] || !batch || batch.some(([, date]) => date === word[1])) batches.push([word]);
      else batch.push(word);
    }
    const steps = batches.map((batch) => {
      const step: Step = {};
      for (const [outcome, date] of batch) step[outcome] = [...(step[outcome] ?? []), date];
      return step;
    });
    return { fates, steps };
  });

let count = 0;
/** Plans a new run, applies `steps` to it one after the other or all at once, and returns how it ended. */
const tell = async (steps: readonly Step[], atOnce: boolean) => {
  const run_id = `run-${++count}`;
  await runs.open({ run_id, task_token: 'token', trigger: 'manual' });
  await runs.plan(run_id, DATES);
  if (atOnce) await Promise.all(steps.map((step) => runs.settle(run_id, step)));
  else for (const step of steps) await runs.settle(run_id, step);
  const open = await runs.get(run_id);
  if (!open) throw new Error('The run is gone');
  return outcomesOf(open.run);
};

test('each date ends in its outcome, in any order and number of deliveries', async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.boolean(), async ({ fates, steps }, atOnce) => {
      const expected: Record<string, string[]> = {
        pending: [],
        stored: [],
        unchanged: [],
        no_data: [],
        failed: [],
      };
      for (const [index, { outcome, failures }] of fates.entries()) {
        const ended = outcome === 'pending' && failures > 0 ? 'failed' : outcome;
        expected[ended]?.push(DATES[index] as string);
      }
      expect(await tell(steps, atOnce)).toEqual(expected);
    }),
    propertyRuns(25),
  );
});

test('a date is in exactly one set at every moment', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ steps }) => {
      const run_id = `run-${++count}`;
      await runs.open({ run_id, task_token: 'token', trigger: 'manual' });
      await runs.plan(run_id, DATES);
      for (const step of steps) {
        const open = await runs.settle(run_id, step);
        expect(open && Object.values(outcomesOf(open.run)).flat().sort()).toEqual(DATES);
      }
    }),
    propertyRuns(15),
  );
});
