import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../../cdk/settings.ts';
import { nextStepIn } from '../../../services/cli/connect/next-step.ts';
import { writeRuntimeFile } from '../../../services/local/data-folder/runtime-file.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';

const PID = 4711;

/** Makes this test the process that serves the folder of its stack. */
const serve = ({ dataDir, keys, queues, outputs }: TestStack, { consumes = true, webhooks = false } = {}) => {
  const { origin: endpoint } = new URL(queues.url('work'));
  writeFileSync(join(dataDir, 'owner.lock'), '');
  const settings = readSettings({ webhooks });
  writeRuntimeFile(dataDir, { pid: PID, endpoint, consumes, ...keys, settings, outputs });
};

test('after connecting, no advice names a command that the process of the folder refuses', async () => {
  const stack = await openStack({}, '');
  const { dataDir } = stack;
  try {
    const start = `npm start -- --data-dir ${dataDir}`;
    const webhooks = `npm start -- --webhook-url URL --data-dir ${dataDir}`;
    expect(await nextStepIn(dataDir)).toEqual({ next: start, webhooks });
    serve(stack);
    expect(await nextStepIn(dataDir)).toEqual({
      next: `npm start (process ${PID}) uses the connection from its next run on; to sync now, click “Sync now” on the page of npm start`,
      webhooks: `stop process ${PID}, then run ${webhooks}`,
    });
    serve(stack, { webhooks: true });
    expect((await nextStepIn(dataDir)).webhooks).toBeNull();
    serve(stack, { consumes: false });
    expect((await nextStepIn(dataDir)).next).toBe(
      `stop npm run dashboard -- --data-dir ${dataDir} (process ${PID}), then run ${start}`,
    );
  } finally {
    await stack.stop();
  }
});

test('a process that was started with OURA_API_KEY must be stopped: it would not use the connection', async () => {
  const stack = await openStack();
  try {
    serve(stack);
    expect((await nextStepIn(stack.dataDir)).next).toBe(
      `stop process ${PID}, which uses OURA_API_KEY, unset it, and run npm start -- --data-dir ${stack.dataDir}`,
    );
  } finally {
    await stack.stop();
  }
});
