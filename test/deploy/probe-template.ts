const ALLOW = 'Allow';
const role = (principal: object, statements: readonly object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: ALLOW, Principal: principal, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'Probe', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const machine = (state: object) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    RoleArn: arnOf('ServiceRole'),
    Definition: { StartAt: 'Wait', States: { Wait: { Type: 'Task', End: true, ...state } } },
  },
});

/** The `name` of the error in the function below. */
export const PROBE_ERROR = 'ProbeFailed';

export const PROBE_TIME_ZONE = 'Asia/Tokyo';

/** The smallest resources that reveal each gap, without our pipeline. */
export const PROBE_TEMPLATE = {
  Resources: {
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: { RedrivePolicy: { deadLetterTargetArn: arnOf('DeadLetter'), maxReceiveCount: 2 } },
    },
    DeadLetter: { Type: 'AWS::SQS::Queue' },
    Caller: role({ AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } }, [
      { Effect: ALLOW, Action: 'sqs:SendMessage', Resource: arnOf('Queue') },
      { Effect: ALLOW, Action: 'states:SendTaskSuccess', Resource: { Ref: 'WaitsForToken' } },
    ]),
    ServiceRole: role({ Service: ['states.amazonaws.com', 'lambda.amazonaws.com'] }, [
      { Effect: ALLOW, Action: ['sqs:SendMessage', 'lambda:InvokeFunction'], Resource: '*' },
    ]),
    WaitsForToken: machine({
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: { QueueUrl: { Ref: 'Queue' }, 'MessageBody.$': '$$.Task.Token' },
    }),
    Thrower: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Role: arnOf('ServiceRole'),
        Code: {
          ZipFile: `exports.handler = async () => { throw Object.assign(new Error('probe'), { name: '${PROBE_ERROR}' }); };`,
        },
      },
    },
    WaitsForThrower: machine({
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: { Ref: 'Thrower' }, Payload: { 'token.$': '$$.Task.Token' } },
      TimeoutSeconds: 30,
    }),
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'cron(0 12 * * ? *)',
        ScheduleExpressionTimezone: PROBE_TIME_ZONE,
        FlexibleTimeWindow: { Mode: 'OFF' },
        State: 'DISABLED',
        Target: { Arn: arnOf('Queue'), RoleArn: arnOf('ServiceRole') },
      },
    },
  },
  Outputs: Object.fromEntries(
    ['Queue', 'DeadLetter', 'WaitsForToken', 'Thrower', 'WaitsForThrower', 'Schedule']
      .map((id): [string, object] => [id, { Value: { Ref: id } }])
      .concat([
        ['Caller', { Value: arnOf('Caller') }],
        ['DeadLetterArn', { Value: arnOf('DeadLetter') }],
      ]),
  ),
};

/** A function that reserves concurrency in a separate stack, which must fail: a new account has nothing to reserve. */
export const RESERVING_TEMPLATE = {
  Resources: {
    Role: role({ Service: 'lambda.amazonaws.com' }, [{ Effect: ALLOW, Action: 'logs:*', Resource: '*' }]),
    Reserving: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: arnOf('Role'),
        Code: { ZipFile: 'exports.handler = async () => {};' },
        ReservedConcurrentExecutions: 1,
      },
    },
  },
};

/** An alarm on metric math in a separate stack, which fails if the emulator rejects the alarm. */
export const MATH_ALARM_TEMPLATE = {
  Resources: {
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Threshold: 0,
        Metrics: [
          { Id: 'sum', Expression: 'FILL(m, 0)', ReturnData: true },
          {
            Id: 'm',
            ReturnData: false,
            MetricStat: { Metric: { Namespace: 'Probe', MetricName: 'Probe' }, Period: 60, Stat: 'Sum' },
          },
        ],
      },
    },
  },
};
