import type { PipelineAnswer, WorkRow } from '../../services/dashboard/server/api.ts';
import { createWork } from '../../services/dashboard/server/work.ts';
import { PACE } from '../../services/operations/redrive/follow-redrive.ts';
import { startManualRun } from '../../services/operations/runs/executions.ts';
import { openSite, type Site } from '../browser/support/site.ts';
import { RUNNING, situationOf } from '../helpers/situation.ts';
import { STANDING_CLOCK } from '../reliability/support/pipeline.ts';

let site: Site;
afterEach(() => site.stop());

/** A page whose runs are slow enough to ask twice: four calls per window. */
const openSlow = async () => {
  site = await openSite({ latencyMs: 200 });
};

const send = async <Answer>(path: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(`${site.url}${path}`, {
    ...init,
    headers: { ...site.headers, origin: site.url },
  });
  return (await response.json()) as Answer;
};
const post = (path: string, body: object = {}) =>
  send<WorkRow>(path, { method: 'POST', body: JSON.stringify(body) });

const rowOf = async ({ run_id }: WorkRow): Promise<WorkRow | undefined> =>
  (await send<PipelineAnswer>('/api/pipeline')).work.find((row) => row.run_id === run_id);

/** Waits for the end of the work. */
const endOf = async (row: WorkRow): Promise<WorkRow> => {
  for (;;) {
    const now = await rowOf(row);
    if (now && now.finished_at !== null) return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

test('a second sync is the one that is running, and both see its end', async () => {
  await openSlow();
  const one = await post('/api/sync');
  expect(await post('/api/sync')).toMatchObject({ run_id: one.run_id, finished_at: null });
  expect(await endOf(one)).toMatchObject({
    ...{ trigger: 'manual', status: 'complete', cause: null, range: { from: null, to: null } },
    ...{ counts: { planned: 7, stored: 7, failed: 0, pending: 0 }, parked: 0, note: null },
  });
  expect((await post('/api/sync')).run_id).not.toBe(one.run_id);
});

test('a run that starts and ends between two looks at the pipeline is in the list', async () => {
  site = await openSite();
  const runs = async () => (await send<PipelineAnswer>('/api/pipeline')).runs.map(({ run_id }) => run_id);
  await site.sync();
  const before = await runs();
  site.clock.advance(60);
  await site.sync();
  const [newest, ...others] = await runs();
  expect(before).not.toContain(newest);
  expect(others).toEqual(before);
});

test('two syncs at the same moment are one run', async () => {
  site = await openSite();
  const { runtime, clock } = site;
  const stopping = new AbortController();
  const stack = { ...runtime.clients, outputs: runtime.outputs, clock };
  const about = { source: 'a test', simulated: true, readOnly: undefined, lookMs: 100, pace: PACE.local };
  const work = createWork(
    {
      ...{ ...stack, ...about, situation: async () => situationOf(RUNNING) },
      ...{ explain: () => undefined, tablesState: () => undefined },
    },
    String,
    stopping.signal,
  );
  const [one, other] = await Promise.all([work.sync({}), work.sync({})]);
  stopping.abort();
  expect(other.run_id).toBe(one.run_id);
});

test('a sync of other dates is another run', async () => {
  await openSlow();
  const all = await post('/api/sync');
  const one = await post('/api/sync', { from: '2026-03-01', to: '2026-03-01' });
  expect(one.run_id).not.toBe(all.run_id);
  expect((await post('/api/sync', { from: '2026-03-01', to: '2026-03-01' })).run_id).toBe(one.run_id);
});

test('a page joins the run of the same dates that another process has started', async () => {
  await openSlow();
  const stack = { ...site.runtime.clients, outputs: site.runtime.outputs, clock: STANDING_CLOCK };
  const { run_id } = await startManualRun(stack, {});
  const joined = await post('/api/sync');
  expect(joined.run_id).toBe(run_id);
  expect((await endOf(joined)).counts).toMatchObject({ planned: 7, stored: 7 });
});

test('a redrive is one at a time, and says at its end what was written and what is parked again', async () => {
  site = await openSite();
  // The dates are not tried again: the answer itself is wrong.
  site.ring.faults.always('wrong_types');
  const failed = await endOf(await post('/api/sync'));
  expect(failed).toMatchObject({ status: 'failed', counts: { failed: 7 }, parked: 7 });

  const again = await post('/api/redrive');
  expect((await post('/api/redrive')).run_id).toBe(again.run_id);
  expect(await endOf(again)).toMatchObject({
    ...{ trigger: 'redrive', status: 'failed', counts: { planned: 7, failed: 7 }, parked: 7, note: null },
  });

  site.ring.faults.clear();
  expect(await endOf(await post('/api/redrive'))).toMatchObject({
    ...{ status: 'complete', counts: { planned: 7, stored: 7, failed: 0 }, parked: 0, note: null },
  });
  expect(await endOf(await post('/api/redrive'))).toMatchObject({
    status: 'complete',
    counts: { planned: 0 },
  });
});
