import { CommandFailed } from './children.ts';
import { commandOn, compareNights, type Person, settingsOf } from './person.ts';
import { PREVIOUS_COMMIT } from './previous-version.ts';
import { check, type Proof } from './proof.ts';
import { type DeployedStack, deployedStack, until } from './stack.ts';

/** The settings of the second stack: a run each minute, and retries that are still due after an upgrade of a minute. */
const OF_SECOND = { schedule: 'cron(* * * * ? *)', retryBaseSeconds: '15', reserveConcurrency: 'false' };

/** Another user deploys a second stack with the previous version. It runs by its schedule, at first without a key. */
export const besideEachOther = async (proof: Proof, first: Person, second: Person): Promise<void> => {
  const { emulator, previous, report, user, cdk, readme } = proof;
  let other: DeployedStack;
  await report.step(`a second stack, by version ${PREVIOUS_COMMIT}`, async () => {
    const options = Object.entries({ ...settingsOf(second), ...OF_SECOND }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    await cdk(['npx', 'cdk', 'deploy', ...options], {}, previous);
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
