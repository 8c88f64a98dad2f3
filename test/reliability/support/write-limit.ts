import { type AwsCall, type AwsReply, operationOf } from '../../../services/local/emulators/aws-json.ts';
import { DynamoDbError } from '../../../services/local/emulators/dynamodb/errors.ts';
import { rejection } from '../../../services/local/emulators/dynamodb/replies.ts';

/** What DynamoDB allows for one partition, and so for one item: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
const UNITS_PER_SECOND = 1000;

/** Has the counts of the engine in the data folder after its end. */
export const WRITE_LIMIT_FILE = 'write-limit.json';

type Request = Pick<AwsCall, 'target' | 'body'>;
type Service = (call: Request) => Promise<AwsReply>;

interface Bucket {
  /** Units that are left, at most {@link UNITS_PER_SECOND}. */
  units: number;
  /** When it was last filled, in ms. */
  at: number;
  /** The units of the last write, the estimate for the next one. */
  last: number;
}

/** The writes so far. */
export interface WriteLimitCounts {
  writes: number;
  throttled: number;
  /** Units of all writes, and of those to the busiest item. */
  units: number;
  mostOfOneItem: number;
}

const WRITES: readonly string[] = ['UpdateItem', 'PutItem', 'DeleteItem'];

/** The key attributes of the pipeline's tables. */
const KEYS: readonly string[] = ['pk', 'date'];

interface Write {
  readonly TableName?: string;
  readonly Key?: object;
  readonly Item?: object;
}

/** The table and the key of the item that is written. */
const itemOf = ({ TableName, Key, Item = {} }: Write): string =>
  JSON.stringify([TableName, Key ?? Object.entries(Item).filter(([name]) => KEYS.includes(name))]);

/**
 * Puts a limit in front of `service`: a bucket of 1,000 write units per second for each item. A write that finds too few units
 * is throttled, as DynamoDB does it.
 */
export const limitWrites = (service: Service): { service: Service; counts: WriteLimitCounts } => {
  const buckets = new Map<string, Bucket>();
  const totals = new Map<string, number>();
  const counts: WriteLimitCounts = { writes: 0, throttled: 0, units: 0, mostOfOneItem: 0 };
  const limited: Service = async (call) => {
    if (!WRITES.includes(operationOf(call))) return service(call);
    const input = JSON.parse(call.body) as Write;
    const item = itemOf(input);
    const now = performance.now();
    const bucket = buckets.get(item) ?? { units: UNITS_PER_SECOND, at: now, last: 1 };
    buckets.set(item, bucket);
    bucket.units = Math.min(UNITS_PER_SECOND, bucket.units + ((now - bucket.at) / 1000) * UNITS_PER_SECOND);
    bucket.at = now;
    counts.writes += 1;
    if (bucket.units < bucket.last) {
      counts.throttled += 1;
      return rejection(
        new DynamoDbError(
          'ProvisionedThroughputExceededException',
          'The level of configured provisioned throughput for the table was exceeded.',
        ),
      );
    }
    const reply = await service({
      ...call,
      body: JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }),
    });
    const { ConsumedCapacity } = JSON.parse(reply.body) as { ConsumedCapacity?: { CapacityUnits: number } };
    // A write whose condition fails also takes units.
    const units = ConsumedCapacity?.CapacityUnits ?? bucket.last;
    bucket.units -= units;
    bucket.last = units;
    const total = (totals.get(item) ?? 0) + units;
    totals.set(item, total);
    counts.units += units;
    counts.mostOfOneItem = Math.max(counts.mostOfOneItem, total);
    return reply;
  };
  return { service: limited, counts };
};
