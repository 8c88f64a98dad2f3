import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { runCommand, startCommand, temporaryDataDir } from '../helpers/command.ts';
import { runtimeOf } from '../helpers/runtime-of.ts';

test('a malformed message in the work queue is parked, logged and listed, and can be discarded', async () => {
  const dataDir = await temporaryDataDir();
  const start = startCommand(['start', '--retry-base', '0.1', '--data-dir', dataDir.path]);
  await start.printed('Next sync');
  const { endpoint, ...credentials } = runtimeOf(dataDir.path);
  const sqs = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials,
  });
  const QueueUrl = `${endpoint}/000000000000/WorkQueue`;
  for (const MessageBody of [
    'no json',
    '{"version":2,"run_id":"x","date":"2026-03-10","reason":"missing"}',
  ]) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
  const queues = async () => {
    const { stdout } = await runCommand(['status', '--format', 'json', '--data-dir', dataDir.path]);
    return JSON.parse(stdout).queues;
  };
  const parked = async () => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: `${endpoint}/000000000000/ParkedQueue`,
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    return Number(Attributes['ApproximateNumberOfMessages']);
  };
  while ((await parked()) < 2) await sleep(100);
  expect(await queues()).toEqual({ work: 0, dead_letter: 0, parked: 2 });
  const dryRun = await runCommand(['redrive', '--dry-run', '--data-dir', dataDir.path]);
  expect(dryRun.stdout.match(/MalformedMessage/g)).toHaveLength(2);
  expect(await readFile(join(dataDir.path, 'log.jsonl'), 'utf8')).toContain('A malformed message');

  const failures = await runCommand(['failures', '--format', 'json', ...dataDir.option]);
  const [group] = JSON.parse(failures.stdout);
  expect(group).toMatchObject({ cause: 'MalformedMessage', count: 2, dates: [] });
  const [id = ''] = group.messages.map((message: { message_id: string }) => message.message_id);

  const discard = (...args: string[]) => runCommand(['redrive', ...args, ...dataDir.option]);
  expect(await discard('--discard-malformed')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--yes'),
  });
  expect(await discard('--discard', 'no-such-id', '--yes')).toMatchObject({ code: 2, stdout: '' });
  const one = await discard('--discard', id, '--yes');
  expect(one).toMatchObject({ code: 0, stderr: '' });
  const [, path = ''] = /Removed 1 message and saved them in (.*)\.\n/.exec(one.stdout) ?? [];
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ message_id: id });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await discard('--discard-malformed', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(await queues()).toEqual({ work: 0, dead_letter: 0, parked: 0 });
  expect((await runCommand(['failures', ...dataDir.option])).stdout).toBe('No failed dates.\n');
  expect(await discard('--discard-malformed')).toMatchObject({
    code: 0,
    stdout: 'No malformed message is parked.\n',
  });
  start.process.kill('SIGINT');
  expect(await start.ended).toMatchObject({ code: 0, stderr: '' });
  await dataDir.remove();
});
