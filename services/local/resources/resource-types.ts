import { array, boolean, type InferType, lazy, mixed, number, type ObjectSchema, object, string } from 'yup';

/** What one machine makes of a resource type. */
export interface Kind {
  /** The properties that are honoured. */
  readonly honoured: ObjectSchema<object>;
  /** The properties that have no meaning on one machine, each with the reason. */
  readonly meaningless: Readonly<Record<string, string>>;
}

const NAMED_BY_LOGICAL_ID = 'the logical ID is the name';
const ONE_USER = 'one machine has one user, who may do everything';
const NOT_ENCRYPTED = 'the data folder is readable by its owner only';
const NO_INVENTORY = 'nothing on one machine reads it';

const count = () => number().integer().min(0);
const closed = <S extends ObjectSchema<object>>(schema: S): S => schema.noUnknown() as S;

export const tableProperties = object({
  AttributeDefinitions: array(
    mixed<{ AttributeName: string; AttributeType: 'S' | 'N' | 'B' }>().required(),
  ).required(),
  KeySchema: array(mixed<{ AttributeName: string; KeyType: 'HASH' | 'RANGE' }>().required()).required(),
});

export const queueProperties = object({
  VisibilityTimeout: count(),
  MessageRetentionPeriod: count(),
  DelaySeconds: count(),
  ReceiveMessageWaitTimeSeconds: count(),
  RedrivePolicy: closed(
    object({ deadLetterTargetArn: string().required(), maxReceiveCount: count().min(1).required() }),
  ).default(undefined),
});

export const functionProperties = object({
  Timeout: count().default(3),
  ReservedConcurrentExecutions: count(),
  Environment: closed(
    object({
      Variables: lazy((value: object | undefined) =>
        object(Object.fromEntries(Object.keys(value ?? {}).map((name) => [name, string().required()]))),
      ),
    }),
  ).default(undefined),
});

export const eventSourceProperties = object({
  EventSourceArn: string().required(),
  FunctionName: string().required(),
  BatchSize: count().min(1).default(10),
  MaximumBatchingWindowInSeconds: count().default(0),
  FunctionResponseTypes: array(
    string()
      .oneOf(['ReportBatchItemFailures'] as const)
      .required(),
  ).default([]),
  ScalingConfig: closed(object({ MaximumConcurrency: count().min(1) })).default(undefined),
  Enabled: boolean().default(true),
});

export const stateMachineProperties = object({
  DefinitionString: string().required(),
  RoleArn: string().required(),
  StateMachineType: string().oneOf(['STANDARD'] as const),
});

export const scheduleProperties = object({
  ScheduleExpression: string().required(),
  ScheduleExpressionTimezone: string().default('UTC'),
  State: string()
    .oneOf(['ENABLED', 'DISABLED'] as const)
    .default('ENABLED'),
  Target: closed(
    object({
      Arn: string().required(),
      Input: string().default('{}'),
      RoleArn: string(),
      /** Starting an execution here is a call in the same process: there is nothing to retry. */
      RetryPolicy: mixed(),
      DeadLetterConfig: mixed(),
    }),
  ).required(),
});

export type TableProperties = InferType<typeof tableProperties>;
export type QueueProperties = InferType<typeof queueProperties>;
export type FunctionProperties = Omit<InferType<typeof functionProperties>, 'Environment'> & {
  Environment?: { Variables?: Record<string, string> } | undefined;
};
export type EventSourceProperties = InferType<typeof eventSourceProperties>;
export type StateMachineProperties = InferType<typeof stateMachineProperties>;
export type ScheduleProperties = InferType<typeof scheduleProperties>;

/** The types that one machine realises. */
export const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::DynamoDB::Table': {
    honoured: tableProperties,
    meaningless: {
      TableName: NAMED_BY_LOGICAL_ID,
      BillingMode: 'nothing is billed',
      TimeToLiveSpecification: 'expired items are filtered in code, as on AWS between expiry and deletion',
      PointInTimeRecoverySpecification: 'a copy of the data folder is the backup',
      SSESpecification: NOT_ENCRYPTED,
      DeletionProtectionEnabled: 'nothing deletes a table here',
      Tags: NO_INVENTORY,
    },
  },
  'AWS::SQS::Queue': {
    honoured: queueProperties,
    meaningless: {
      QueueName: NAMED_BY_LOGICAL_ID,
      RedriveAllowPolicy: ONE_USER,
      SqsManagedSseEnabled: NOT_ENCRYPTED,
      KmsMasterKeyId: NOT_ENCRYPTED,
      Tags: NO_INVENTORY,
    },
  },
  'AWS::Lambda::Function': {
    honoured: functionProperties,
    meaningless: {
      FunctionName: NAMED_BY_LOGICAL_ID,
      Code: 'the handler runs from its source, which the metadata names',
      Handler: 'the metadata names the module, and createHandler is its entry',
      Runtime: 'every function runs in the Node of this process',
      Architectures: 'this machine has one',
      MemorySize: 'all functions share the memory of this process',
      Role: ONE_USER,
      LoggingConfig: 'log lines go to the console',
      TracingConfig: 'one process needs no trace across services',
      Description: NO_INVENTORY,
      Tags: NO_INVENTORY,
    },
  },
  'AWS::Lambda::EventSourceMapping': { honoured: eventSourceProperties, meaningless: { Tags: NO_INVENTORY } },
  'AWS::StepFunctions::StateMachine': {
    honoured: stateMachineProperties,
    meaningless: {
      StateMachineName: NAMED_BY_LOGICAL_ID,
      LoggingConfiguration: 'the execution files hold what happened',
      TracingConfiguration: 'one process needs no trace across services',
      Tags: NO_INVENTORY,
    },
  },
  'AWS::Scheduler::Schedule': {
    honoured: scheduleProperties,
    meaningless: {
      Name: NAMED_BY_LOGICAL_ID,
      FlexibleTimeWindow: 'any time in the window is right: the run starts at its beginning',
      Description: NO_INVENTORY,
    },
  },
};

/** The types that have no meaning on one machine, whatever their properties, each with the reason. */
export const MEANINGLESS_TYPES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': ONE_USER,
  'AWS::IAM::Policy': ONE_USER,
  'AWS::Lambda::Permission': ONE_USER,
  'AWS::SQS::QueuePolicy': ONE_USER,
  'AWS::SNS::TopicPolicy': ONE_USER,
  'AWS::Logs::LogGroup': 'log lines go to the console',
  'AWS::CloudWatch::Alarm': 'whoever sits at the machine sees the status',
  'AWS::CloudWatch::Dashboard': 'the machine has a dashboard of its own',
  'AWS::SNS::Topic': 'only alarms publish to it',
  'AWS::SNS::Subscription': 'only alarms publish to it',
};
