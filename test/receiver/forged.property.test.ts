import fc from 'fast-check';
import { propertyRuns } from '../helpers/property-runs.ts';
import {
  CLIENT_SECRET,
  eventOf,
  openReceiverBench,
  type ReceiverBench,
  type Sent,
  signatureOf,
} from './receiver-bench.ts';

let bench: ReceiverBench;
beforeAll(async () => {
  bench = await openReceiverBench();
  await bench.clear();
});
afterAll(() => bench.stack.stop());

const event = fc
  .record({ object_id: fc.uuid(), data_type: fc.constantFrom('sleep', 'daily_sleep', 'daily_spo2') })
  .map(eventOf);
const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 64, maxLength: 64 });
/** Where to change a text, and what to put there. */
const change = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom('replace', 'insert', 'delete'),
  text: fc.string({ minLength: 1, maxLength: 3 }),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

const changed = (text: string, { place, kind, text: put }: Change): string => {
  const at = place % text.length;
  return text.slice(0, at) + (kind === 'delete' ? '' : put) + text.slice(kind === 'insert' ? at : at + 1);
};

/** A signed request as Oura sends it. */
const signed = (body: string): Required<Sent> => {
  const timestamp = String(bench.stack.clock.now());
  return { body, timestamp, signature: signatureOf(body, timestamp), isBase64Encoded: false };
};

const expectRejected = async (sent: Sent): Promise<void> => {
  expect(await bench.receiver().post(sent)).toEqual({ statusCode: 401, body: {} });
};

afterEach(async () => {
  expect(await bench.stored()).toEqual({ events: [], gathering_since: undefined });
  expect(bench.started()).toEqual([]);
});

test('rejects an event with any other signature', async () => {
  const signature = fc.oneof(hex, fc.string(), fc.constant(CLIENT_SECRET));
  await fc.assert(
    fc.asyncProperty(event, signature, async (each, text) => {
      await expectRejected({ ...signed(JSON.stringify(each)), signature: text });
    }),
    propertyRuns(150),
  );
});

test('rejects a signed event after any change of its body, its timestamp or its signature', async () => {
  const part = fc.constantFrom('body', 'timestamp', 'signature');
  await fc.assert(
    fc.asyncProperty(event, part, change, async (each, name, mutation) => {
      const sent = signed(JSON.stringify(each));
      const mutated = { ...sent, [name]: changed(sent[name], mutation) };
      // A signature may change its case, and nothing else.
      fc.pre(mutated[name].toLowerCase() !== sent[name].toLowerCase() || name === 'body');
      fc.pre(mutated[name] !== sent[name]);
      await expectRejected(mutated);
    }),
    propertyRuns(150),
  );
});

test('rejects a signed event at any other time', async () => {
  await fc.assert(
    fc.asyncProperty(
      event,
      fc.integer({ min: 300_001, max: 10 ** 10 }),
      fc.boolean(),
      async (each, off, late) => {
        const sent = signed(JSON.stringify(each));
        const now = new Date(bench.stack.clock.now());
        bench.stack.clock.advance((late ? off : -off) / 1000);
        await expectRejected(sent);
        bench.stack.clock.set(now.toISOString());
      },
    ),
    propertyRuns(50),
  );
});

test('acknowledges any signed JSON that is no event of ours, and starts nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), async (body) => {
      expect(await bench.receiver().post(signed(body))).toEqual({ statusCode: 200, body: {} });
    }),
    propertyRuns(100),
  );
});
