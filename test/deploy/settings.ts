import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CommandFailed } from './children.ts';
import { deployedFacts } from './deployed-facts.ts';
import { envOf, type Person, saveSettings, settingsOf } from './person.ts';
import { check, type Proof } from './proof.ts';
import { deployedStack } from './stack.ts';

/** Runs a command that must fail, and returns its output. */
export const failing = async (command: Promise<string>): Promise<string> => {
  try {
    await command;
  } catch (error: unknown) {
    if (error instanceof CommandFailed) return error.output;
    throw error;
  }
  throw new Error('the command succeeded');
};

/** Deploys with the default settings, which reserve concurrency. In a new account, that fails. */
export const failToCreate = async (proof: Proof, owner: Person): Promise<void> => {
  const { emulator, home, report, cdk } = proof;
  await report.step('a failed creation', async () => {
    const attempt = { ...owner, settings: `${home}/failing.json` };
    await saveSettings(attempt, settingsOf(owner));
    const output = await failing(cdk(['npx', 'cdk', 'deploy'], envOf(attempt)));
    check(output.includes('ROLLBACK_COMPLETE') && output.includes('UnreservedConcurrent'), output);
    const { TableNames = [] } = await new DynamoDBClient(emulator.client).send(new ListTablesCommand({}));
    check(TableNames.length === 0, `left: ${TableNames}`);
    return 'nothing to reserve in a new account: rolled back, and no empty table is left';
  });
};

/** Overrides a setting once: the next plain deployment reverts it, and keeps all others. */
export const keepSettings = async (proof: Proof, owner: Person): Promise<void> => {
  const { emulator, report, cdk } = proof;
  const facts = deployedFacts(emulator);
  const look = async () => {
    const stack = await deployedStack(emulator, owner.stackName);
    return {
      batchSize: (await facts.workerEventSource(stack)).batchSize,
      schedule: await facts.schedule(stack),
      mail: stack.resources.find(({ ResourceType }) => ResourceType === 'AWS::SNS::Topic')
        ?.PhysicalResourceId,
    };
  };
  await report.step('-c overrides a setting once', async () => {
    const before = await look();
    check(before.mail !== undefined, 'there is no topic for alarm mails');
    const output = await cdk(['npx', 'cdk', 'deploy', '-c', 'batchSize=40'], envOf(owner));
    check(output.includes('-c batchSize=40 holds once'), output);
    const once = await look();
    check(JSON.stringify(once) === JSON.stringify({ ...before, batchSize: 40 }), JSON.stringify(once));
    return 'batch size 40, with a warning; mail topic and schedule as before';
  });
  await report.step('a plain deploy keeps the settings', async () => {
    const output = await cdk(['npx', 'cdk', 'deploy'], envOf(owner));
    check(!output.includes('holds once'), output);
    const { batchSize, schedule, mail } = await look();
    check(batchSize === 650 && mail !== undefined, `batch size ${batchSize}, mail topic ${mail}`);
    return `batch size ${batchSize} again; the mail topic and ${schedule} stayed`;
  });
};
