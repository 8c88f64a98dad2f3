import type {
  Template,
  TemplateResource,
  TemplateValue,
} from '../../../services/local/template/parse-template.ts';

/** A state machine's definition in CDK's format: text with references in between. */
const definition = (states: object, startAt = 'Plan'): TemplateValue => {
  const text = JSON.stringify({ StartAt: startAt, States: states });
  const parts = text
    .split(/(%\w+%)/)
    .map(
      (part): TemplateValue => (part.startsWith('%') ? { 'Fn::GetAtt': [part.slice(1, -1), 'Arn'] } : part),
    );
  return { 'Fn::Join': ['', parts] };
};

export const PLAN = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: {
    FunctionName: '%Planner%',
    Payload: {
      'token.$': '$$.Task.Token',
      'name.$': '$$.Execution.Name',
      'started.$': '$$.Execution.StartTime',
    },
  },
  ResultPath: '$.plan',
  TimeoutSeconds: 20,
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Summarize' }],
  Next: 'Summarize',
};
const SUMMARIZE = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: '%Summary%', Payload: { 'state.$': '$' } },
  OutputPath: '$.Payload',
  End: true,
};

const lambda = (path: string, properties: Record<string, TemplateValue> = {}): TemplateResource => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Timeout: 5, ...properties },
  Metadata: { 'oura-sync:handler': path },
});

const mapping = (queue: string, fn: string, properties: Record<string, TemplateValue>): TemplateResource => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
    FunctionName: { Ref: fn },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...properties,
  },
});

const queue = (deadLetter: string | undefined, maxReceiveCount: number): TemplateResource => ({
  Type: 'AWS::SQS::Queue',
  Properties: {
    VisibilityTimeout: 30,
    ...(deadLetter !== undefined && {
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadLetter, 'Arn'] }, maxReceiveCount },
    }),
  },
});

export interface SmallTemplate {
  readonly maxReceiveCount?: number;
  readonly eventSource?: Record<string, TemplateValue>;
  readonly plan?: object;
  readonly more?: Record<string, TemplateResource>;
}

/** A small pipeline like ours: queues in a chain, a table, a worker, and a state machine with two states. */
export const smallTemplate = ({
  maxReceiveCount = 3,
  eventSource,
  plan,
  more,
}: SmallTemplate = {}): Template => ({
  Resources: {
    Nights: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'date', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'date', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
    ParkedQueue: queue(undefined, 0),
    DeadLetterQueue: queue('ParkedQueue', 5),
    WorkQueue: queue('DeadLetterQueue', maxReceiveCount),
    Planner: lambda('planner'),
    Summary: lambda('summary'),
    Worker: lambda('worker', {
      Environment: { Variables: { QUEUE: { Ref: 'WorkQueue' }, TABLE: { Ref: 'Nights' } } },
    }),
    ...(eventSource && { WorkerSource: mapping('WorkQueue', 'Worker', eventSource) }),
    Role: { Type: 'AWS::IAM::Role', Properties: { Anything: true } },
    SyncRun: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        DefinitionString: definition({ Plan: { ...PLAN, ...plan }, Summarize: SUMMARIZE }),
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    },
    ...more,
  },
  Outputs: { WorkQueueUrl: { Value: { Ref: 'WorkQueue' } } },
});
