import { CloudFormationClient, type Stack as StackDescription } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { savedSettings } from '../../../cdk/settings-file.ts';
import { type Clock, systemClock } from '../../../shared/core/clock.ts';
import { dayIn } from '../../../shared/core/day.ts';
import { LOGICAL_ID, OUTPUT } from '../../../shared/core/names.ts';
import { isDenied } from '../../operations/access-denied.ts';
import { outputOf, type Stack, timeZoneOf } from '../../operations/stack.ts';
import { DEFAULT_DATA_DIR } from '../environment/caller.ts';
import { suggest, type Target } from '../print/advice.ts';
import { describeStack, openAwsStack, stackNameOf } from '../target/aws-stack.ts';
import { explainAws } from '../target/explain-aws.ts';
import { stateOf } from '../target/situation.ts';
import { listResources, type StackResources } from '../target/stack-resources.ts';
import { UsageError } from '../usage-error.ts';
import { checkCaller, checkConcurrency } from './aws-account.ts';
import { checkAlarmMail } from './aws-alarm-mail.ts';
import { checkParameter } from './aws-key.ts';
import { checkAlarms, checkEventSource, checkSchedule, checkStackStatus } from './aws-resources.ts';
import { checkTables } from './aws-tables.ts';
import { type Finding, ok, oneConnection, problem, warning } from './finding.ts';
import { checkLedger } from './ledger.ts';

type Look = () => Promise<Finding | readonly Finding[]>;
/** Returns the findings of `look`, or the error that stopped it as a finding. */
type Attempt = (check: string, look: Look) => Promise<Finding[]>;

/** Turns an AWS error that stopped a check into a finding. Throws an unexpected error. */
const asFinding = (check: string, error: unknown, stackName: string): Finding => {
  const explained = error instanceof UsageError ? error : explainAws(error, stackName);
  if (!explained) throw error;
  if (isDenied(error)) {
    return warning(
      check,
      `could not be checked: ${explained.message}`,
      'to check it, use credentials with this permission',
    );
  }
  // The sentences of explain-aws.ts have the form `fact: remedy`.
  const [fact = '', ...remedy] = explained.message.split(': ');
  return problem(check, fact, remedy.join(': '));
};

const allOk = (findings: readonly Finding[]): boolean => findings.every(({ state }) => state === 'ok');

/** Checks everything that can stop the deployed stack from syncing, as far as the caller has the permissions. */
export const examineAws = async (
  given: string | undefined,
  clock: Clock = systemClock,
): Promise<Finding[]> => {
  const stackName = stackNameOf(given);
  const target = { aws: true, stack: given, dataDir: DEFAULT_DATA_DIR };
  const attempt: Attempt = async (check, look) => {
    try {
      return [await look()].flat();
    } catch (error: unknown) {
      return [asFinding(check, error, stackName)];
    }
  };

  // Without a region and credentials nothing else can be checked.
  const sts = new STSClient();
  const region = await attempt('region', async () => ok('region', await sts.config.region()));
  if (!allOk(region)) return region;
  const entry = [...region, ...(await attempt('credentials', () => checkCaller(sts)))];
  if (!allOk(entry)) return entry;

  const cloudformation = new CloudFormationClient();
  const lambda = new LambdaClient();
  let description: StackDescription | undefined;
  const status = await attempt('stack', async () => {
    description = await describeStack(cloudformation, stackName);
    return checkStackStatus(stackName, description.StackStatus ?? 'unknown');
  });
  const concurrency = (worker: string | undefined) =>
    attempt('concurrency', () => checkConcurrency(lambda, worker, savedSettings()));
  if (!description) return [...entry, ...status, ...(await concurrency(undefined))];
  const stack = openAwsStack(description);
  return [
    ...entry,
    ...status,
    ...(await examineResources(cloudformation, lambda, stackName, stack, attempt)),
    ...(await examineData(stack, clock, attempt, target)),
  ];
};

/** Checks the functions, their queues, the schedule and the alarms. */
const examineResources = async (
  cloudformation: CloudFormationClient,
  lambda: LambdaClient,
  stackName: string,
  { outputs }: Pick<Stack, 'outputs'>,
  attempt: Attempt,
): Promise<Finding[]> => {
  let resources: StackResources = new Map();
  const listed = await attempt('resources', async () => {
    resources = await listResources(cloudformation, stackName);
    return [];
  });
  if (resources.size === 0) return listed;
  const physicalId = (id: string): string => {
    const found = resources.get(id)?.physicalId;
    if (found === undefined) throw new UsageError(`The stack has no ${id}: run npm run deploy`);
    return found;
  };
  const topic = [...resources.values()].find(({ type }) => type === 'AWS::SNS::Topic');
  const checks: readonly [string, Look][] = [
    ['concurrency', () => checkConcurrency(lambda, physicalId(LOGICAL_ID.worker), savedSettings())],
    ['work queue', () => checkEventSource(lambda, 'work', physicalId(LOGICAL_ID.worker))],
    ['dead-letter queue', () => checkEventSource(lambda, 'dead-letter', physicalId(LOGICAL_ID.logError))],
    ['schedule', () => checkSchedule(new SchedulerClient(), physicalId(LOGICAL_ID.dailySync))],
    ['alarms', () => checkAlarms(new CloudWatchClient(), resources)],
    ['alarm mail', () => checkAlarmMail(new SNSClient(), topic?.physicalId, outputs[OUTPUT.alarmMail])],
  ];
  const findings = await Promise.all(checks.map(([check, look]) => attempt(check, async () => look())));
  return findings.flat();
};

/** Checks the key, Oura, the tables, the runs and the nights. */
const examineData = async (
  stack: Stack,
  clock: Clock,
  attempt: Attempt,
  target: Target,
): Promise<Finding[]> => {
  const key = attempt('key', async () => {
    const baseUrl = outputOf(stack, OUTPUT.ouraApiBaseUrl);
    const now = clock.now();
    const timeZone = timeZoneOf(stack);
    return checkParameter(stack.ssm, outputOf(stack, OUTPUT.ouraApiKeyParameter), {
      baseUrl,
      today: dayIn(timeZone, now),
      now,
      timeZone,
      connect: suggest('connect', target),
    });
  });
  const tables = await attempt('tables', () => checkTables(stack));
  const ledger = tables.some(({ state }) => state === 'problem')
    ? [warning('last run', 'not checked, because of the tables', 'correct the tables first')]
    : await attempt('last run', async () => {
        const timed = { ...stack, clock };
        return checkLedger(timed, await stateOf(target, timed), target);
      });
  return oneConnection([...(await key), ...tables, ...ledger]);
};
