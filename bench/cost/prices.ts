/** When the prices below were last checked. They are AWS's list prices for us-east-1, without tax. */
export const KNOWN = '2025-12';

/** A price in dollars per `per` units, the monthly free tier (the permanent one, not the first year's), and the source. */
export interface Price {
  readonly what: string;
  readonly unit: string;
  readonly dollars: number;
  readonly per: number;
  readonly free: number;
  readonly page: string;
}

const MILLION = 1_000_000;
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';

const price = (
  what: string,
  unit: string,
  dollars: number,
  per: number,
  free: number,
  page: string,
): Price => ({ what, unit, dollars, per, free, page });

/** All prices that apply to the stack. SSM's standard parameters and their GetParameter are free. */
export const PRICES = {
  invocations: price('Lambda, invocations', 'requests', 0.2, MILLION, MILLION, LAMBDA),
  gbSeconds: price('Lambda arm64, duration', 'GB-s', 0.0000133334, 1, 400_000, LAMBDA),
  transitions: price(
    'Step Functions Standard',
    'state transitions',
    0.025,
    1000,
    4000,
    'https://aws.amazon.com/step-functions/pricing/',
  ),
  sqs: price(
    'SQS, the work itself',
    'requests',
    0.4,
    MILLION,
    MILLION,
    'https://aws.amazon.com/sqs/pricing/',
  ),
  sqsIdle: price(
    'SQS, empty long polls of Lambda',
    'requests',
    0.4,
    MILLION,
    // The same free million as above, of which the work uses almost nothing.
    MILLION,
    'https://aws.amazon.com/sqs/pricing/',
  ),
  writes: price('DynamoDB on demand, writes', 'WRU', 0.625, MILLION, 0, DYNAMODB),
  reads: price('DynamoDB on demand, reads', 'RRU', 0.125, MILLION, 0, DYNAMODB),
  storage: price('DynamoDB, storage', 'GB-months', 0.25, 1, 25, DYNAMODB),
  backup: price('DynamoDB, point-in-time recovery', 'GB-months', 0.2, 1, 0, DYNAMODB),
  httpRequests: price(
    'API Gateway, HTTP API',
    'requests',
    1,
    MILLION,
    // Free in the first year only.
    0,
    'https://aws.amazon.com/api-gateway/pricing/',
  ),
  schedule: price(
    'EventBridge Scheduler',
    'invocations',
    1,
    MILLION,
    14 * MILLION,
    'https://aws.amazon.com/eventbridge/pricing/',
  ),
  logs: price('CloudWatch, logs taken in', 'GB', 0.5, 1, 5, CLOUDWATCH),
  metrics: price('CloudWatch, own metrics', 'metric-months', 0.3, 1, 10, CLOUDWATCH),
  alarms: price('CloudWatch, alarms', 'alarm metrics', 0.1, 1, 10, CLOUDWATCH),
  dashboards: price('CloudWatch, dashboard to 50 metrics', 'dashboard', 3, 1, 3, CLOUDWATCH),
  largeDashboards: price('CloudWatch, dashboard above 50', 'dashboard', 3, 1, 0, CLOUDWATCH),
  traces: price('X-Ray', 'traces', 5, MILLION, 100_000, 'https://aws.amazon.com/xray/pricing/'),
  decrypts: price(
    'KMS, of the key aws/ssm',
    'requests',
    0.03,
    10_000,
    20_000,
    'https://aws.amazon.com/kms/pricing/',
  ),
} as const;
export type Item = keyof typeof PRICES;

/** dollars = quantity / per * price. With the free tier, only the quantity above it counts. */
export const dollars = (item: Item, quantity: number, free = false): number => {
  const { dollars: each, per, free: allowance } = PRICES[item];
  return (Math.max(0, quantity - (free ? allowance : 0)) / per) * each;
};
