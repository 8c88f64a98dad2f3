import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { executionArn } from '../../services/local/emulators/state-machine.ts';
import { createSecret } from '../../services/receiver/secret.ts';
import { webhookSecretStore } from '../../shared/aws/store/webhook-secret.ts';
import { createWebhookUser } from '../../shared/aws/store/webhook-user.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { eventKey } from '../../shared/core/webhook-events.ts';
import { expectEmf, isEmf } from '../helpers/emf.ts';
import {
  CLIENT_SECRET,
  eventOf,
  openReceiverBench,
  type ReceiverBench,
  signatureOf,
  VERIFICATION_TOKEN,
  WEBHOOK_PARAMETER,
} from './receiver-bench.ts';

let bench: ReceiverBench;
let receiver: ReturnType<ReceiverBench['receiver']>;
beforeAll(async () => {
  bench = await openReceiverBench();
});
beforeEach(async () => {
  await bench.clear();
  // Executions outlast `clear`, and their names come from the clock.
  bench.stack.clock.advance(++minutes * 60);
  receiver = bench.receiver();
});
afterAll(() => bench.stack.stop());
let minutes = 0;

const digits = () => new Date(bench.stack.clock.now()).toISOString().replaceAll(/\D/g, '');
const nothingHappened = async () => {
  expect(await bench.stored()).toEqual({ events: [], gathering_since: undefined });
  expect(bench.started()).toEqual([]);
};

describe('the handshake', () => {
  const challenge = 'a "quoted" challenge';

  test('returns the challenge as JSON', async () => {
    expect(await receiver.handshake({ verification_token: VERIFICATION_TOKEN, challenge })).toEqual({
      statusCode: 200,
      body: { challenge },
    });
  });

  test.each([
    ['a wrong token', { verification_token: `${VERIFICATION_TOKEN}0`, challenge }, 401],
    ['no token', { challenge }, 401],
    ['no challenge', { verification_token: VERIFICATION_TOKEN }, 400],
  ])('rejects a request with %s', async (_, query, statusCode) => {
    expect(await receiver.handshake(query)).toEqual({ statusCode, body: {} });
    await nothingHappened();
  });

  test('accepts a new token at once, because subscribing writes it just before', async () => {
    await receiver.handshake({ verification_token: VERIFICATION_TOKEN, challenge });
    bench.stack.clock.advance(5);
    await webhookSecretStore(bench.stack.raw.ssm, WEBHOOK_PARAMETER).write({
      client_secret: CLIENT_SECRET,
      verification_token: 'the-new-token',
    });
    expect(await receiver.handshake({ verification_token: 'the-new-token', challenge })).toMatchObject({
      statusCode: 200,
    });
  });
});

describe('an event', () => {
  test('is pending before it is acknowledged, and starts an execution named after its gathering', async () => {
    bench.stack.calls.beforeNext('StartExecutionCommand', async () => {
      expect((await bench.stored()).events).toEqual([eventOf()]);
    });
    expect(await receiver.deliver(eventOf())).toEqual({ statusCode: 200, body: {} });
    expect(bench.stack.calls.of('StartExecutionCommand')).toEqual([
      {
        stateMachineArn: bench.stack.outputs['SyncRunArn'],
        name: `webhook-${digits()}`,
        input: '{"trigger":"webhook"}',
      },
    ]);
    expect(bench.counted()).toEqual({ WebhookEvents: 1 });
  });

  test('joins the gathering of the first one', async () => {
    const first = digits();
    await receiver.deliver(eventOf());
    bench.stack.clock.advance(19);
    await bench.receiver().deliver(eventOf({ object_id: 'document-2' }));
    expect(bench.started()).toEqual([`webhook-${first}`]);
    expect((await bench.stored()).events).toHaveLength(2);
  });

  test('is accepted in an array with others, each once', async () => {
    const others = ['a', 'b'].map((object_id) => eventOf({ object_id }));
    expect(await receiver.deliver([...others, eventOf(), eventOf()])).toMatchObject({ statusCode: 200 });
    expect((await bench.stored()).events).toEqual([...others, eventOf()]);
    expect(bench.started()).toHaveLength(1);
  });

  test('costs two calls to DynamoDB and one to Step Functions', async () => {
    await receiver.deliver(eventOf());
    bench.stack.calls.clear();
    await receiver.deliver(eventOf({ object_id: 'document-2' }));
    expect(bench.stack.calls.of('BatchGetItemCommand')).toHaveLength(1);
    expect(bench.stack.calls.of('UpdateItemCommand')).toHaveLength(1);
    expect(bench.stack.calls.of('StartExecutionCommand')).toHaveLength(1);
    expect(bench.stack.calls.of('GetParameterCommand')).toHaveLength(0);
  });

  test('is acknowledged if no sync could be started, and the next one starts it', async () => {
    bench.stack.calls.failNext('StartExecutionCommand', new Error('Step Functions is down'));
    expect(await receiver.deliver(eventOf())).toMatchObject({ statusCode: 200 });
    expect(bench.counted()).toEqual({ WebhookEvents: 1, WebhookStartsFailed: 1 });
    const name = bench.started()[0];
    bench.stack.calls.clear();
    bench.stack.clock.advance(60);
    await receiver.deliver(eventOf({ object_id: 'document-2' }));
    expect(bench.started()).toEqual([name]);
    expect((await bench.stored()).events).toHaveLength(2);
  });

  test.each(['UpdateItemCommand', 'BatchGetItemCommand'])(
    'is not acknowledged if %s fails, so that Oura sends it again',
    async (command) => {
      bench.stack.calls.failNext(command, new Error('DynamoDB is down'));
      expect(await receiver.deliver(eventOf())).toEqual({ statusCode: 500, body: {} });
      await nothingHappened();
    },
  );

  test('starts another execution if that of its gathering ended without taking it', async () => {
    await receiver.deliver(eventOf());
    const [name = ''] = bench.started();
    await bench.stack.raw.sfn.send(
      new StopExecutionCommand({ executionArn: executionArn(LOGICAL_ID.syncRun, name) }),
    );
    bench.stack.clock.advance(300);
    await receiver.deliver(eventOf({ object_id: 'document-2' }));
    expect(bench.started()).toEqual([name, `webhook-${digits()}`]);
    expect(await bench.stored()).toMatchObject({
      events: [eventOf(), eventOf({ object_id: 'document-2' })],
      gathering_since: new Date(bench.stack.clock.now()).toISOString(),
    });
    expect(bench.counted()).toEqual({ WebhookEvents: 2 });
  });

  test('opens another gathering once a planner has taken the first one', async () => {
    await receiver.deliver(eventOf());
    expect([...(await bench.pending.take()).values()]).toEqual([eventOf()]);
    bench.stack.clock.advance(1);
    await receiver.deliver(eventOf({ object_id: 'document-2' }));
    expect(bench.started()).toHaveLength(2);
    expect((await bench.stored()).events).toHaveLength(2);
  });
});

describe('a replay', () => {
  test('of a resolved event changes nothing for a day', async () => {
    await receiver.deliver(eventOf());
    await bench.pending.take();
    await bench.pending.resolve([eventKey(eventOf())]);
    bench.stack.calls.clear();
    bench.stack.clock.advance(86_399);
    expect(await receiver.deliver(eventOf())).toEqual({ statusCode: 200, body: {} });
    await nothingHappened();
    expect(bench.counted()).toEqual({ WebhookEvents: 1, WebhookEventsIgnored: 1 });
    bench.stack.clock.advance(2);
    await receiver.deliver(eventOf());
    expect(bench.started()).toHaveLength(1);
  });

  test('of a pending event starts a run', async () => {
    await receiver.deliver(eventOf());
    await bench.pending.take();
    bench.stack.clock.advance(1);
    await receiver.deliver(eventOf());
    expect(bench.started()).toHaveLength(2);
    expect((await bench.stored()).events).toEqual([eventOf()]);
  });

  test('of an event whose document was not found yet starts a run', async () => {
    await bench.pending.countFailures([eventKey(eventOf())]);
    await receiver.deliver(eventOf());
    expect(bench.started()).toHaveLength(1);
  });
});

describe('the user', () => {
  test('can be anyone while the id is unknown', async () => {
    await receiver.deliver(eventOf({ user_id: 'anyone' }));
    expect(bench.started()).toHaveLength(1);
  });

  test('must be the connected one once it is known', async () => {
    await createWebhookUser(bench.stack.raw.dynamodb, LOGICAL_ID.ouraSyncTable).set('user-1');
    const other = eventOf({ user_id: 'user-2', object_id: 'other' });
    expect(await receiver.deliver(other)).toEqual({ statusCode: 200, body: {} });
    await nothingHappened();
    await receiver.deliver([other, eventOf()]);
    expect((await bench.stored()).events).toEqual([eventOf()]);
    expect(bench.counted()).toEqual({ WebhookEvents: 1, WebhookEventsIgnored: 2 });
  });
});

test.each([
  ['another data type', JSON.stringify(eventOf({ data_type: 'workout' }))],
  ['another event type', JSON.stringify(eventOf({ event_type: 'archive' }))],
  ['a missing field', JSON.stringify({ ...eventOf(), object_id: undefined })],
  ['a number as an id', JSON.stringify({ ...eventOf(), object_id: 7 })],
  ['half a surrogate pair as an id', JSON.stringify(eventOf({ object_id: 'x\ud800' }))],
  ['a very long id', JSON.stringify(eventOf({ object_id: 'x'.repeat(257) }))],
  ['null', 'null'],
  ['nothing', ''],
  ['an empty array', '[]'],
  ['half of a document', '{"event_type":'],
])('acknowledges and ignores a signed request with %s, and logs no values', async (_, body) => {
  expect(await receiver.post({ body })).toEqual({ statusCode: 200, body: {} });
  await nothingHappened();
  expect(bench.counted()).toEqual(body === '[]' ? {} : { WebhookEventsIgnored: 1 });
  expect(bench.stack.log().text()).not.toMatch(/document-1|user-1|xxx/);
});

describe('authenticity', () => {
  const body = JSON.stringify(eventOf());
  const seconds = () => String(Math.floor(bench.stack.clock.now() / 1000));

  test('accepts a signature in lower case, a timestamp in seconds and a body in base64', async () => {
    const timestamp = seconds();
    const signature = signatureOf(body, timestamp).toLowerCase();
    expect(await receiver.post({ body, timestamp, signature })).toMatchObject({ statusCode: 200 });
    const encoded = Buffer.from(JSON.stringify(eventOf({ object_id: 'in base64' }))).toString('base64');
    expect(await receiver.post({ body: encoded, isBase64Encoded: true })).toMatchObject({ statusCode: 200 });
    expect((await bench.stored()).events.map(({ object_id }) => object_id)).toEqual([
      'document-1',
      'in base64',
    ]);
  });

  test('signs the bytes of the body, not a parsed copy', async () => {
    const spaced = JSON.stringify(eventOf({ object_id: 'ä é 😀' }), undefined, 4);
    expect(await receiver.post({ body: spaced })).toMatchObject({ statusCode: 200 });
    expect(bench.started()).toHaveLength(1);
  });

  test.each([-300, 300])('accepts a timestamp that is %d s off', async (off) => {
    const timestamp = String(bench.stack.clock.now() + off * 1000);
    expect(await receiver.post({ body, timestamp })).toMatchObject({ statusCode: 200 });
  });

  test.each([
    ['a timestamp that is too old', () => ({ timestamp: String(bench.stack.clock.now() - 300_001) })],
    ['a timestamp in the future', () => ({ timestamp: String(bench.stack.clock.now() + 300_001) })],
    ['a timestamp of 11 digits', () => ({ timestamp: `${seconds()}0` })],
    ['no timestamp', () => ({ timestamp: '' })],
    ['no signature', () => ({ signature: '' })],
    [
      'half of a signature',
      () => ({ signature: signatureOf(body, seconds()).slice(32), timestamp: seconds() }),
    ],
    [
      'the signature of another secret',
      () => ({ timestamp: seconds(), signature: signatureOf(body, seconds(), 'x') }),
    ],
    ['the signature of another time', () => ({ signature: signatureOf(body, seconds()) })],
  ])('rejects a request with %s', async (_, sent) => {
    expect(await receiver.post({ body, ...sent() })).toEqual({ statusCode: 401, body: {} });
    await nothingHappened();
    expect(bench.counted()).toEqual({ WebhookSignaturesRejected: 1 });
  });

  test('rejects a body above 64 KB without checking its signature', async () => {
    const large = JSON.stringify([eventOf({ object_id: 'x' }), ' '.repeat(64 * 1024)]);
    expect(await receiver.post({ body: large })).toEqual({ statusCode: 413, body: {} });
    expect(bench.stack.calls.of('GetParameterCommand')).toHaveLength(0);
    await nothingHappened();
  });

  test('reads the secret again when a signature fails, so that a new one counts at once', async () => {
    await receiver.deliver(eventOf());
    await webhookSecretStore(bench.stack.raw.ssm, WEBHOOK_PARAMETER).write({
      client_secret: 'the-new-secret',
      verification_token: VERIFICATION_TOKEN,
    });
    bench.stack.clock.advance(5);
    const timestamp = seconds();
    const signature = signatureOf(body, timestamp, 'the-new-secret');
    expect(await receiver.post({ body, timestamp, signature })).toMatchObject({ statusCode: 200 });
    expect(await receiver.deliver(eventOf({ object_id: 'signed with the old one' }))).toMatchObject({
      statusCode: 401,
    });
  });

  test('reads it at most every 5 s in a flood of forged requests', async () => {
    for (let sent = 0; sent < 30; sent++) {
      await receiver.post({ body, signature: '0'.repeat(64) });
      bench.stack.clock.advance(0.5);
    }
    expect(bench.stack.calls.of('GetParameterCommand')).toHaveLength(3);
    await nothingHappened();
  });

  test('asks Oura to send a request again while the secret cannot be read, and reads it at most every 5 s', async () => {
    let reads = 0;
    const read = async (): Promise<never> => {
      reads += 1;
      throw new Error('Systems Manager is down');
    };
    const secret = createSecret({ read }, bench.stack.clock);
    for (let asked = 0; asked < 10; asked++) {
      await expect(secret.satisfies(() => true)).rejects.toThrow('Systems Manager is down');
      bench.stack.clock.advance(1);
    }
    expect(reads).toBe(2);
  });

  test('logs that a clock is wrong only if the request is signed', async () => {
    const old = String(bench.stack.clock.now() - 301_000);
    await receiver.post({ body, timestamp: old, signature: '0'.repeat(64) });
    expect(bench.stack.log().text()).not.toContain('more than five minutes');
    await receiver.post({ body, timestamp: old });
    expect(bench.stack.log().text()).toContain('more than five minutes');
    await nothingHappened();
  });

  test('rejects every request while there is no secret', async () => {
    await bench.stack.raw.ssm.send(
      new PutParameterCommand({
        Name: WEBHOOK_PARAMETER,
        Value: '{}',
        Type: 'SecureString',
        Overwrite: true,
      }),
    );
    expect(await receiver.deliver(eventOf())).toEqual({ statusCode: 401, body: {} });
    expect(await receiver.handshake({ verification_token: '', challenge: 'x' })).toMatchObject({
      statusCode: 401,
    });
  });
});

test('sends valid metrics', async () => {
  await receiver.deliver(eventOf());
  await receiver.post({ body: '{}', signature: '' });
  const lines = bench.stack.log().lines().filter(isEmf);
  expect(lines).toHaveLength(2);
  for (const line of lines) expectEmf(line);
});
