import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { Env } from '../../core/env.ts';

/** Everything that a handler takes from its environment. This is the only difference between one machine and AWS. */
export interface Dependencies {
  readonly env: Env;
  readonly clock: Clock;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
  readonly sfn: SFNClient;
  readonly ssm: SSMClient;
  /** Where log lines and EMF metrics go. @default standard output, which Lambda sends to CloudWatch */
  readonly console?: Console;
}

/** The parts of Lambda's context that the handlers read. */
type InvocationContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** A function that Lambda can call. */
export type Handler<Event, Result> = (event: Event, context: InvocationContext) => Promise<Result>;

/**
 * A document client on `client` that omits undefined fields and returns sets as `Set`. The SDK copies each response for its
 * logger, even if it has none, which takes a tenth of a second for ten years of nights.
 */
export const documentClient = (client: DynamoDBClient): DynamoDBDocumentClient => {
  client.middlewareStack.remove('loggerMiddleware');
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
};

/**
 * The entry point of a deployed function. The first invocation calls `create` once, with the clients of the Lambda
 * environment. So any code can import a handler module without accessing AWS or the environment.
 */
export const deployed = <Event, Result>(
  create: (dependencies: Dependencies) => Handler<Event, Result>,
): Handler<Event, Result> => {
  let handler: Handler<Event, Result> | undefined;
  return (event, context) => {
    handler ??= create({
      env: process.env,
      clock: systemClock,
      dynamodb: documentClient(new DynamoDBClient()),
      sqs: new SQSClient(),
      sfn: new SFNClient(),
      ssm: new SSMClient(),
    });
    return handler(event, context);
  };
};
