import { type AwsFront, startAwsFront } from '../../helpers/aws-front.ts';
import {
  type DataFolder,
  type Running,
  runCommand,
  startCommand,
  temporaryDataDir,
} from '../../helpers/command.ts';
import { connectClient } from '../../helpers/mcp-client.ts';
import { runtimeOf } from '../../helpers/runtime-of.ts';

// The server finds a deployed stack through CloudFormation. Here a stub of it describes a local pipeline.
let front: AwsFront;
let pipeline: Running;
let env: Record<string, string>;
let dataDir: DataFolder;
beforeAll(async () => {
  dataDir = await temporaryDataDir();
  front = await startAwsFront();
  pipeline = startCommand(['start', '--days', '20', '--page-port', '0', ...dataDir.option]);
  await pipeline.printed('Next sync');
  const runtime = runtimeOf(dataDir.path);
  env = front.env(runtime.endpoint, runtime);
  front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs: runtime.outputs };
});
afterAll(async () => {
  pipeline.process.kill('SIGINT');
  await pipeline.ended;
  await front[Symbol.asyncDispose]();
  await dataDir.remove();
});

test('answers from the deployed stack, as the commands with --aws do', async () => {
  await using assistant = await connectClient(['--aws', '--allow-sync'], env);
  const status = await assistant.ask('status');
  const { stdout } = await runCommand(['status', '--aws', '--format', 'json'], env);
  expect(status.value).toMatchObject({
    ...JSON.parse(stdout),
    freshness: { source: 'the deployed stack OuraSleepSync', simulated: false, syncs_by_itself: true },
  });
  const { first, last } = status.value.nights;
  const nights = await assistant.ask('nights', { from: first, to: last });
  expect(nights.value.nights).toBe(status.value.nights.stored);
  expect((await assistant.ask('sync_now')).value.run.status).toBe('complete');
});

test('says which stack is missing, and answers when it is there', async () => {
  await using assistant = await connectClient(['--stack', 'Other'], env);
  const missing = await assistant.ask('status');
  expect(missing).toMatchObject({ isError: true, text: expect.stringMatching(/^[^\n]*\bOther\b[^\n]*$/) });
  const { OuraSleepSync } = front.account.stacks;
  front.account.stacks['Other'] = OuraSleepSync ?? { status: 'CREATE_COMPLETE', outputs: {} };
  expect((await assistant.ask('status')).isError).toBe(false);
});
