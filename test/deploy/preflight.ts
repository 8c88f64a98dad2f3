import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Emulator } from './emulator.ts';
import {
  MATH_ALARM_TEMPLATE,
  PROBE_ERROR,
  PROBE_TEMPLATE,
  PROBE_TIME_ZONE,
  RESERVING_TEMPLATE,
} from './probe-template.ts';
import { until } from './stack.ts';

/** A difference between the emulator and AWS, and the shim in shims.py that fixes it. Without a shim the suite cannot run. */
export interface Gap {
  readonly name: string;
  readonly what: string;
  readonly shim: boolean;
}

/** Resolves to true if AWS's behaviour is missing. */
type Probe = Gap & { readonly isMissing: (bench: Bench) => Promise<boolean> };

interface Bench {
  readonly outputs: Readonly<Record<string, string>>;
  readonly stackId: string;
  readonly cloudformation: CloudFormationClient;
  readonly sqs: SQSClient;
  readonly sfn: SFNClient;
  readonly lambda: LambdaClient;
  readonly scheduler: SchedulerClient;
  /** Clients of a role that allows only sqs:SendMessage to one queue and states:SendTaskSuccess to one state machine. */
  readonly caller: { readonly sqs: SQSClient; readonly sfn: SFNClient };
}

const STACK = 'Preflight';
/** The time limit for a failed invocation to fail its task. */
const FAILS_WITHIN_MS = 3_000;

/** Whether `call` fails with an error whose name contains `name`. Rethrows any other error. */
const refused = async (name: string, call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return false;
  } catch (error: unknown) {
    if (error instanceof Error && error.name.includes(name)) return true;
    throw error;
  }
};

const createStack = async (cloudformation: CloudFormationClient, name: string, template: object) => {
  await cloudformation.send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: JSON.stringify(template),
      Capabilities: ['CAPABILITY_IAM'],
      OnFailure: 'DO_NOTHING',
    }),
  );
  return until(`the stack ${name}`, 60, async () => {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: name }));
    const stack = Stacks?.[0];
    return stack?.StackStatus?.endsWith('IN_PROGRESS') ? undefined : stack;
  });
};

/** The behaviours of AWS that the pipeline depends on and that a version of MiniStack lacks. */
const PROBES: readonly Probe[] = [
  {
    name: 'redrive-policy',
    what: 'CloudFormation drops the RedrivePolicy of a queue (MiniStack 1.4.21)',
    shim: false,
    isMissing: async ({ sqs, outputs }) => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: outputs['Queue'], AttributeNames: ['All'] }),
      );
      return !Attributes?.['RedrivePolicy']?.includes(outputs['DeadLetterArn'] ?? 'no ARN');
    },
  },
  {
    name: 'error-names',
    what: 'every error of a Node handler is a Runtime.HandlerError; AWS reports its name',
    shim: true,
    isMissing: async ({ lambda, outputs }) => {
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: outputs['Thrower'] }));
      const { errorType } = JSON.parse(Payload?.transformToString() ?? '{}') as { errorType?: string };
      return errorType !== PROBE_ERROR;
    },
  },
  {
    name: 'sqs-batch-actions',
    what: 'IAM requires sqs:SendMessageBatch for a batch; AWS requires sqs:SendMessage and has no such action',
    shim: true,
    isMissing: ({ caller, outputs }) =>
      refused(
        'AccessDenied',
        caller.sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: outputs['Queue'],
            Entries: [{ Id: '0', MessageBody: 'batch' }],
          }),
        ),
      ),
  },
  {
    name: 'task-token-resource',
    what: "IAM checks SendTaskSuccess without a resource; AWS checks it against the token's state machine",
    shim: true,
    isMissing: async ({ sqs, sfn, caller, outputs }) => {
      const { executionArn } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn: outputs['WaitsForToken'] }),
      );
      const taskToken = await until('the task token', 10, async () => {
        const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: outputs['Queue'] }));
        return Messages?.find(({ Body }) => Body !== 'batch')?.Body;
      });
      const denied = await refused(
        'AccessDenied',
        caller.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' })),
      );
      if (denied) return true;
      await until('the end of the execution', 10, async () => {
        const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return status === 'SUCCEEDED' ? status : undefined;
      });
      return false;
    },
  },
  {
    name: 'callback-invocation-failure',
    what: 'a task that waits for its token keeps waiting if the invocation fails; AWS fails it at once',
    shim: true,
    isMissing: async ({ sfn, outputs }) => {
      const { executionArn } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn: outputs['WaitsForThrower'] }),
      );
      await sleep(FAILS_WITHIN_MS);
      const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'RUNNING';
    },
  },
  {
    name: 'idempotent-start',
    what: 'StartExecution rejects the name and input of a running execution; AWS succeeds and starts nothing',
    shim: true,
    isMissing: async ({ sfn, outputs }) => {
      const start = () =>
        sfn.send(new StartExecutionCommand({ stateMachineArn: outputs['WaitsForToken'], name: 'repeated' }));
      const { executionArn } = await start();
      const repeated = await start().catch((error: unknown) => {
        if (error instanceof ExecutionAlreadyExists) return undefined;
        throw error;
      });
      await sfn.send(new StopExecutionCommand({ executionArn }));
      return repeated?.executionArn !== executionArn;
    },
  },
  {
    name: 'message-move-task',
    what: 'SQS has no message move tasks',
    shim: true,
    isMissing: ({ sqs, outputs }) =>
      refused(
        'InvalidAction',
        sqs.send(new ListMessageMoveTasksCommand({ SourceArn: outputs['DeadLetterArn'] })),
      ),
  },
  {
    name: 'metric-math-alarm',
    what: 'CloudFormation rejects alarms on metric math',
    shim: true,
    isMissing: async ({ cloudformation }) => {
      const { StackStatus, StackName } = await createStack(
        cloudformation,
        `${STACK}Alarm`,
        MATH_ALARM_TEMPLATE,
      );
      await cloudformation.send(new DeleteStackCommand({ StackName }));
      return StackStatus !== 'CREATE_COMPLETE';
    },
  },
  {
    name: 'reserved-concurrency',
    what: 'a function can reserve the concurrency that AWS keeps unreserved',
    shim: true,
    isMissing: async ({ cloudformation }) => {
      const { StackStatus, StackName } = await createStack(
        cloudformation,
        `${STACK}Reserving`,
        RESERVING_TEMPLATE,
      );
      await cloudformation.send(new DeleteStackCommand({ StackName }));
      return StackStatus === 'CREATE_COMPLETE';
    },
  },
  {
    name: 'schedule-time-zone',
    what: 'CloudFormation drops the time zone of a schedule',
    shim: true,
    isMissing: async ({ scheduler, outputs }) => {
      const schedule = await scheduler.send(new GetScheduleCommand({ Name: outputs['Schedule'] }));
      return schedule.ScheduleExpressionTimezone !== PROBE_TIME_ZONE;
    },
  },
  {
    name: 'delete-stack-by-arn',
    what: 'DeleteStack does not accept the ARN of a stack (MiniStack 1.4.21)',
    shim: false,
    isMissing: async ({ cloudformation, stackId }) => {
      await cloudformation.send(new DeleteStackCommand({ StackName: stackId }));
      return until('the end of the preflight stack', 20, async () => {
        const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: stackId }));
        const status = Stacks?.[0]?.StackStatus;
        return status === 'DELETE_IN_PROGRESS' ? undefined : status !== 'DELETE_COMPLETE';
      });
    },
  },
];

/** Probes a fresh emulator with small resources and returns what it lacks. */
export const findGaps = async (emulator: Emulator): Promise<readonly Gap[]> => {
  const cloudformation = new CloudFormationClient(emulator.client);
  const stack = await createStack(cloudformation, STACK, PROBE_TEMPLATE);
  if (stack.StackStatus !== 'CREATE_COMPLETE') {
    throw new Error(`the preflight stack ended as ${stack.StackStatus}: ${stack.StackStatusReason}`);
  }
  const outputs = Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
  const { Credentials } = await new STSClient(emulator.client).send(
    new AssumeRoleCommand({ RoleArn: outputs['Caller'], RoleSessionName: 'preflight' }),
  );
  const asCaller = {
    ...emulator.client,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  };
  const bench: Bench = {
    outputs,
    stackId: stack.StackId ?? '',
    cloudformation,
    sqs: new SQSClient(emulator.client),
    sfn: new SFNClient(emulator.client),
    lambda: new LambdaClient(emulator.client),
    scheduler: new SchedulerClient(emulator.client),
    caller: { sqs: new SQSClient(asCaller), sfn: new SFNClient(asCaller) },
  };
  const gaps: Gap[] = [];
  for (const { isMissing, ...gap } of PROBES) if (await isMissing(bench)) gaps.push(gap);
  return gaps;
};
