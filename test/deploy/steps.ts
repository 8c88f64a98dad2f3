import { readFile } from 'node:fs/promises';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { systemClock } from '../../shared/core/clock.ts';
import { addDays, dayIn, daysFrom } from '../../shared/core/day.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { deployedFacts } from './deployed-facts.ts';
import {
  commandOn,
  compareNights,
  envOf,
  type Person,
  person,
  saving,
  settingsOf,
  TIME_ZONE,
} from './person.ts';
import { check, type Proof } from './proof.ts';
import { removeAndAdopt } from './remove.ts';
import { failToCreate, keepSettings } from './settings.ts';
import { type DeployedStack, deployedStack } from './stack.ts';
import { besideEachOther } from './two-stacks.ts';
import { upgrade } from './upgrade.ts';
import { webhooks } from './webhooks.ts';

/** README's deploy section from bootstrap to destroy, and further checks of the deployment. */
export const prove = async (proof: Proof): Promise<void> => {
  const first = await person('OuraSleepSync', 1, proof.home);
  const second = await person('Other', 2, proof.home);
  try {
    await deployAndSync(proof, first);
    await keepSettings(proof, first);
    await changeAndFail(proof, first);
    await webhooks(proof, first);
    await besideEachOther(proof, first, second);
    await upgrade(proof, second);
    await removeAndAdopt(proof, first, second);
  } finally {
    await first.ring.stop();
    await second.ring.stop();
  }
  check(proof.readme.unused().length === 0, `README's deploy section says more: ${proof.readme.unused()}`);
};

const start = async (proof: Proof, stack: DeployedStack, input: object) => {
  const { executionArn = '' } = await new SFNClient(proof.emulator.client).send(
    new StartExecutionCommand({
      stateMachineArn: stack.outputs[OUTPUT.syncRun],
      input: JSON.stringify(input),
    }),
  );
  return stack.ended(executionArn);
};

const deployAndSync = async (proof: Proof, owner: Person): Promise<void> => {
  const { emulator, report, readme, user, cdk } = proof;
  const facts = deployedFacts(emulator);
  let stack: DeployedStack;

  await report.step('bootstrap', async () => {
    const output = await cdk(readme.take('npx cdk bootstrap'));
    check(output.includes('bootstrapped'), output);
    return /aws:\/\/\S+(?= bootstrapped)/.exec(output)?.[0] ?? '';
  });
  await report.step('store the key', async () => {
    await user(readme.take('aws ssm put-parameter', { 'your token': owner.apiKey }));
    return 'a SecureString';
  });
  await failToCreate(proof, owner);
  await report.step('deploy', async () => {
    const settings = { ...settingsOf(owner), alarmEmail: 'me@example.org' };
    const output = await user([...readme.take('npm run deploy'), '--', ...saving(settings)], envOf(owner));
    check(!output.includes('could not be used to assume'), "CDK's bootstrap roles cannot be assumed");
    const saved = JSON.parse(await readFile(owner.settings, 'utf8')) as Record<string, unknown>;
    check(saved['reserveConcurrency'] === false, `saved: ${JSON.stringify(saved)}`);
    stack = await deployedStack(emulator, owner.stackName);
    const open = stack.resources.find(({ ResourceStatus }) => ResourceStatus !== 'CREATE_COMPLETE');
    check(open === undefined, `${open?.LogicalResourceId} is ${open?.ResourceStatus}`);
    return `${stack.resources.length} resources, through CDK's own roles`;
  });
  await report.step('the deployed resources', async () => {
    const { batchSize, concurrency } = await facts.workerEventSource(stack);
    check(batchSize === 650 && concurrency === 3, `the worker takes ${batchSize}, ${concurrency} at once`);
    const seen = [
      await facts.functions(stack, owner.apiKey),
      await facts.redrivePolicies(stack),
      await facts.schedule(stack),
      await facts.watching(stack),
    ];
    return seen.join('; ');
  });
  await report.step('diff is clean', async () => {
    const output = await cdk(['npx', 'cdk', 'diff', '--fail'], envOf(owner));
    check(/Number of stacks with differences: 0/.test(output), output);
    return 'no differences';
  });
  await report.step('first run', async () => {
    const SyncRunArn = stack.outputs[OUTPUT.syncRun] ?? '';
    const reply = await user(readme.take('aws stepfunctions start-execution', { SyncRunArn }));
    const run = await stack.ended((JSON.parse(reply) as { executionArn: string }).executionArn);
    check(run.status === 'complete' && run.counts['stored'] === 7, JSON.stringify(run));
    return `SUCCEEDED: ${run.status}, ${run.counts['stored']} nights stored`;
  });
  await report.step(
    "the nights are the ring's",
    async () => `${await compareNights(proof, owner)} nights equal`,
  );
  await report.step('the commands of README', async () => {
    const status = await user(readme.take('npm run status'), envOf(owner));
    check(status.includes('complete') && status.includes('0 parked'), status);
    // Needs a person and a browser. test/commands tests it with the simulated Oura.
    readme.take('npm run connect');
    // All other commands of the section must work as written.
    const others = readme.unused().filter((command) => /^npm (start|run) /.test(command));
    for (const command of others) await user(readme.take(command), envOf(owner));
    for (const name of ['gaps', 'failures', 'doctor']) await commandOn(proof, owner)(name);
    return ['status', 'gaps', 'failures', 'doctor', ...others].join(', ');
  });
};

const changeAndFail = async (proof: Proof, owner: Person): Promise<void> => {
  const { emulator, report, user } = proof;
  const command = commandOn(proof, owner);
  const today = dayIn(TIME_ZONE, systemClock.now());
  const dates = daysFrom(addDays(today, -22), addDays(today, -20));
  const range = { from: dates[0], to: dates.at(-1) };

  await report.step('a changed setting', async () => {
    await user(
      ['npm', 'run', 'deploy', '--', ...saving({ batchSize: '50', lookBackDays: '10' })],
      envOf(owner),
    );
    const stack = await deployedStack(emulator, owner.stackName);
    const { batchSize } = await deployedFacts(emulator).workerEventSource(stack);
    check(batchSize === 50, `the worker takes ${batchSize}`);
    const output = await command('start', '--once');
    const nights = await compareNights(proof, owner);
    check(nights === 10, `${nights} nights:\n${output}`);
    return 'batch size 50; look-back of 10 days: start --once --aws gives 10 nights';
  });
  await report.step('an outage of Oura', async () => {
    owner.ring.faults.always('unavailable');
    const stack = await deployedStack(emulator, owner.stackName);
    const run = await start(proof, stack, { trigger: 'manual', ...range });
    check(run.status === 'failed' && run.counts['failed'] === dates.length, JSON.stringify(run));
    const failures = await command('failures');
    check(failures.includes('OuraUnavailable'), failures);
    const status = await command('status');
    check(status.includes(`${dates.length} parked`), status);
    return `${dates.length} dates: five attempts, dead-letter, parked as OuraUnavailable`;
  });
  await report.step('redrive', async () => {
    owner.ring.faults.clear();
    const output = await command('redrive');
    check(output.includes(`Moved ${dates.length} of ${dates.length}`), output);
    check(output.includes(`${dates.length} dates settled, 0 failed again`), output);
    const nights = await compareNights(proof, owner);
    check(nights === 10 + dates.length, `${nights} nights`);
    return `${dates.length} dates settled; ${nights} nights equal`;
  });
};
