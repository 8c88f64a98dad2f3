import { readFile } from 'node:fs/promises';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { temporaryDataDir } from '../helpers/command.ts';
import { signedCall } from '../helpers/signed-call.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import { NOON, STANDING_CLOCK, startPipeline, TIME_ZONE } from '../reliability/support/pipeline.ts';

const FAULTY = new URL('../local/emulators/dynamodb/faulty-engine.ts', import.meta.url);

test('a run goes on while another program ends the DynamoDB engine, and makes it hang', async () => {
  const folder = await temporaryDataDir();
  const ring = await startRingSimulator({ timeZone: TIME_ZONE, clock: STANDING_CLOCK, latencyMs: 150 });
  const runtime = await startPipeline({
    dataDir: folder.path,
    clock: clockFrom(NOON),
    baseUrl: ring.url,
    engine: FAULTY,
  });
  const send = async (fault: string) => {
    const keys = await runtime.clients.sqs.config.credentials();
    return (await signedCall({ url: runtime.endpoint, keys }, 'DynamoDB_20120810.GetItem', fault)).status;
  };
  try {
    await startLocalRun(runtime, 'long', { trigger: 'manual', days: 400 });
    expect(await send('fault:exit')).toBe(500);
    expect(await send('fault:hang')).toBe(500);
    const { output } = await runtime.waitForExecution('long');
    expect(output).toMatchObject({ status: 'complete', counts: { planned: 400, stored: 400, failed: 0 } });
  } finally {
    await runtime.stop();
    await ring.stop();
  }
  const log = await readFile(`${folder.path}/log.jsonl`, 'utf8');
  expect(log.match(/The DynamoDB engine ended while it ran GetItem: [^.]+/g)).toEqual([
    expect.stringContaining('exit code 3'),
    expect.stringContaining('no answer for 5 seconds'),
  ]);
  await folder.remove();
});
