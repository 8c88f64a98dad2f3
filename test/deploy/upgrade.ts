import { readFile } from 'node:fs/promises';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { systemClock } from '../../shared/core/clock.ts';
import { addDays, dayIn } from '../../shared/core/day.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { deployedFacts } from './deployed-facts.ts';
import { compareNights, envOf, type Person, saving, TIME_ZONE } from './person.ts';
import { check, type Proof } from './proof.ts';
import { type DeployedStack, deployedStack, until } from './stack.ts';

/** Resources that hold data, by logical ID. */
const STATEFUL = ['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::StepFunctions::StateMachine'];
const statefulOf = ({ resources }: DeployedStack): string =>
  resources
    .filter(({ ResourceType = '' }) => STATEFUL.includes(ResourceType))
    .map(({ LogicalResourceId, PhysicalResourceId }) => `${LogicalResourceId}=${PhysicalResourceId}`)
    .sort()
    .join();

/** Upgrades the stack of the previous version while a run waits for the second attempts of its dates. */
export const upgrade = async (proof: Proof, owner: Person): Promise<void> => {
  const { emulator, report, user } = proof;
  const sfn = new SFNClient(emulator.client);
  const sqs = new SQSClient(emulator.client);
  const before = await deployedStack(emulator, owner.stackName);
  const today = dayIn(TIME_ZONE, systemClock.now());
  const [from, to] = [addDays(today, -22), addDays(today, -20)];
  let executionArn = '';
  await report.step('a run waits for its dates', async () => {
    owner.ring.faults.always('unavailable');
    const calls = owner.ring.calls.length;
    const started = await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: before.outputs[OUTPUT.syncRun],
        input: JSON.stringify({ trigger: 'manual', from, to }),
      }),
    );
    executionArn = started.executionArn ?? '';
    const waiting = await until('the first attempts', 60, async () => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: before.outputs[OUTPUT.workQueueUrl],
          AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      const hidden = Number(Attributes?.['ApproximateNumberOfMessagesNotVisible']);
      return owner.ring.calls.length > calls && hidden >= 3 ? hidden : undefined;
    });
    return `${waiting} messages wait for their second attempt`;
  });
  await report.step('upgrade, without a settings file', async () => {
    const output = await user(
      ['npm', 'run', 'deploy', '--', ...saving({ stackName: owner.stackName })],
      envOf(owner),
    );
    check(output.includes(`starts from the settings of ${owner.stackName}`), output);
    const saved = JSON.parse(await readFile(owner.settings, 'utf8')) as Record<string, unknown>;
    const kept = { schedule: 'cron(* * * * ? *)', ouraApiBaseUrl: owner.ring.url, retryBaseSeconds: 15 };
    for (const [name, value] of Object.entries(kept)) check(saved[name] === value, JSON.stringify(saved));
    const after = await deployedStack(emulator, owner.stackName);
    check(statefulOf(after) === statefulOf(before), `${statefulOf(before)} became ${statefulOf(after)}`);
    const schedule = await deployedFacts(emulator).schedule(after);
    return `its settings read from its template (${schedule}); tables, queues and state machine are the same`;
  });
  await report.step('the waiting run ends', async () => {
    owner.ring.faults.clear();
    const run = await (await deployedStack(emulator, owner.stackName)).ended(executionArn);
    check(run.status === 'complete' && run.counts['stored'] === 3, JSON.stringify(run));
    const nights = await compareNights(proof, owner);
    check(nights >= 10, `${nights} nights`);
    return `${run.status}: ${run.counts['stored']} nights stored by the new version; ${nights} nights equal`;
  });
};
