import type { CreateHandler } from '../../services/local/emulators/functions.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { temporaryDataDir } from '../helpers/command.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { NOON, STANDING_CLOCK, startPipeline, TIME_ZONE } from '../reliability/support/pipeline.ts';

test('a single missing date settles within 5 s of being queued, although batches wait for five hundred', async () => {
  const folder = await temporaryDataDir();
  const ring = await startRingSimulator({ timeZone: TIME_ZONE, clock: STANDING_CLOCK, latencyMs: 150 });
  const begun = { planner: 0 };
  const ended = { worker: 0 };
  const planner =
    (create: CreateHandler): CreateHandler =>
    (dependencies) => {
      const handler = create(dependencies);
      return (event, context) => {
        // Queued some time after this.
        begun.planner = performance.now();
        return handler(event, context);
      };
    };
  const worker =
    (create: CreateHandler): CreateHandler =>
    (dependencies) => {
      const handler = create(dependencies);
      return (event, context) =>
        handler(event, context).finally(() => {
          ended.worker = performance.now();
        });
    };
  const runtime = await startPipeline({
    dataDir: folder.path,
    clock: clockFrom(NOON),
    baseUrl: ring.url,
    around: { planner, worker },
  });
  try {
    await startLocalRun(runtime, 'one', { trigger: 'manual', days: 1 });
    const { output } = await runtime.waitForExecution('one');
    await runtime.idle();
    expect(output).toMatchObject({ status: 'complete', counts: { planned: 1, stored: 1 } });
    expect(ended.worker - begun.planner).toBeLessThan(5_000);
  } finally {
    await runtime.stop();
    await ring.stop();
    await folder.remove();
  }
});
