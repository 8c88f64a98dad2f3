import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { OUTPUT } from '../../shared/core/names.ts';
import { CommandFailed } from './children.ts';
import { deployedFacts } from './deployed-facts.ts';
import { commandOn, compareNights, type Person, settingsOf } from './person.ts';
import { check, type Proof } from './proof.ts';
import { type DeployedStack, deployedStack, until } from './stack.ts';

/** Another user deploys a second stack, which runs by its schedule, at first without a key. */
export const besideEachOther = async (proof: Proof, first: Person, second: Person): Promise<void> => {
  const { emulator, report, user, cdk, readme } = proof;
  let other: DeployedStack;
  await report.step('a second stack in the account', async () => {
    await cdk(['npx', 'cdk', 'deploy'], { ...settingsOf(second), schedule: 'cron(* * * * ? *)' });
    const one = await deployedStack(emulator, first.stackName);
    other = await deployedStack(emulator, second.stackName);
    const names = new Set(one.resources.map(({ PhysicalResourceId }) => PhysicalResourceId));
    const shared = other.resources.filter(({ PhysicalResourceId }) => names.has(PhysicalResourceId));
    check(shared.length === 0, `both have ${shared.map(({ PhysicalResourceId }) => PhysicalResourceId)}`);
    return `${other.resources.length} resources, no name shared`;
  });
  await report.step('the schedule, and no key yet', async () => {
    const run = await until('a scheduled run', 90, async () => (await other.runsOf('schedule'))[0]);
    check(run.status === 'failed' && run.cause === 'ApiKeyMissing', JSON.stringify(run));
    const advice = await commandOn(
      proof,
      second,
    )('doctor').catch((error: unknown) => {
      if (error instanceof CommandFailed) return error.output;
      throw error;
    });
    check(advice.includes(`/${second.stackName}/oura-api-key`), advice);
    return `started by itself; ${run.status}: ${run.cause}; doctor names the parameter`;
  });
  await report.step('the schedule, with the key', async () => {
    const words = readme.take('aws ssm put-parameter', { 'your token': second.apiKey });
    await user(words.map((word) => word.replace(first.stackName, second.stackName)));
    const run = await until('a complete scheduled run', 90, async () =>
      (await other.runsOf('schedule')).find(({ status }) => status === 'complete'),
    );
    const nights = [await compareNights(proof, second), await compareNights(proof, first)];
    check(nights.join() === '7,13', `${nights} nights`);
    return `${run.status}; ${nights[0]} nights of the other ring; the first stack's untouched`;
  });
};

/** Destroys both stacks, one after the other, and checks that the retained resources remain. */
export const remove = async (proof: Proof, first: Person, second: Person): Promise<void> => {
  const { emulator, report, readme, cdk } = proof;
  const facts = deployedFacts(emulator);
  const cloudformation = new CloudFormationClient(emulator.client);
  const isGone = (StackName: string) =>
    cloudformation.send(new DescribeStacksCommand({ StackName })).then(
      () => false,
      (error: unknown) => error instanceof Error && error.name === 'ValidationError',
    );

  await report.step('destroy', async () => {
    const { outputs } = await deployedStack(emulator, first.stackName);
    await cdk(readme.take('npx cdk destroy'), settingsOf(first));
    check(await isGone(first.stackName), 'the stack is still there');
    const nights = await facts.itemsOf(outputs[OUTPUT.ouraSleepTable] ?? '');
    const ledger = await facts.itemsOf(outputs[OUTPUT.ouraSyncTable] ?? '');
    check(nights === 13 && ledger > 0, `kept: ${nights} nights, ${ledger} items of the ledger`);
    return `the nights' tables kept, with ${nights} nights`;
  });
  await report.step('destroy the second', async () => {
    const nights = await compareNights(proof, second);
    await cdk(['npx', 'cdk', 'destroy'], settingsOf(second));
    check(await isGone(second.stackName), 'the stack is still there');
    const left = await facts.leftFunctions();
    check(left === 0, `${left} functions are left`);
    return `unharmed until then (${nights} nights); no function is left`;
  });
};
