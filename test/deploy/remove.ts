import { readFile } from 'node:fs/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { OUTPUT } from '../../shared/core/names.ts';
import { deployedFacts } from './deployed-facts.ts';
import { compareNights, envOf, type Person, saving } from './person.ts';
import { check, type Proof } from './proof.ts';
import { failing } from './settings.ts';
import { deployedStack } from './stack.ts';

/** Destroys the first stack, adopts its tables, and removes both stacks with everything that stays. */
export const removeAndAdopt = async (proof: Proof, first: Person, second: Person): Promise<void> => {
  const { emulator, report, readme, cdk, user } = proof;
  const facts = deployedFacts(emulator);
  const cloudformation = new CloudFormationClient(emulator.client);
  const isGone = (StackName: string) =>
    cloudformation.send(new DescribeStacksCommand({ StackName })).then(
      () => false,
      (error: unknown) => error instanceof Error && error.name === 'ValidationError',
    );
  const tablesOf = async () => {
    const { outputs } = await deployedStack(emulator, first.stackName);
    return [OUTPUT.ouraSleepTable, OUTPUT.ouraSyncTable, OUTPUT.workoutsTable].map(
      (name) => outputs[name] ?? '',
    );
  };
  let tables: readonly string[] = [];

  await report.step('destroy', async () => {
    tables = await tablesOf();
    await cdk(readme.take('npx cdk destroy'), envOf(first));
    check(await isGone(first.stackName), 'the stack is still there');
    const [nights, ledger] = [await facts.itemsOf(tables[0] ?? ''), await facts.itemsOf(tables[1] ?? '')];
    check(nights === 13 && ledger > 0, `kept: ${nights} nights, ${ledger} items of the ledger`);
    return `the nights' tables kept, with ${nights} nights`;
  });
  await report.step('a table with another key', async () => {
    const words = ['npm', 'run', 'deploy', '--', ...saving({ sleepTable: tables[1] ?? '' })];
    const output = await failing(user(words, envOf(first)));
    check(output.includes('has the key pk (S), but sleepTable needs date (S)'), output);
    const saved = await readFile(first.settings, 'utf8');
    check(!saved.includes('sleepTable') && (await isGone(first.stackName)), `saved: ${saved}`);
    return 'rejected: nothing was saved or deployed';
  });
  await report.step('adopt the kept tables', async () => {
    await user(['npm', 'run', 'deploy', '--', ...saving({})], envOf(first));
    check((await tablesOf()).join() === tables.join(), `${await tablesOf()} instead of ${tables}`);
    const nights = await compareNights(proof, first);
    check(nights === 13, `${nights} nights`);
    const output = await cdk(['npx', 'cdk', 'diff', '--fail'], envOf(first));
    check(/Number of stacks with differences: 0/.test(output), output);
    return `three tables imported, with ${nights} nights; diff is clean`;
  });
  await report.step('remove everything', async () => {
    await cdk(readme.take('npx cdk destroy'), envOf(first));
    for (const table of tables) {
      await user(readme.take('aws dynamodb update-table', { table }));
      await user(readme.take('aws dynamodb delete-table', { table }));
    }
    await user(readme.take('aws ssm delete-parameter'));
    const { TableNames = [] } = await new DynamoDBClient(emulator.client).send(new ListTablesCommand({}));
    const left = TableNames.filter((name) => name.startsWith(first.stackName));
    check(left.length === 0, `${left} are left`);
    return 'stack, tables and parameter';
  });
  await report.step('destroy the second', async () => {
    const nights = await compareNights(proof, second);
    await cdk(['npx', 'cdk', 'destroy'], envOf(second));
    check(await isGone(second.stackName), 'the stack is still there');
    const left = await facts.leftFunctions();
    check(left === 0, `${left} functions are left`);
    return `unharmed until then (${nights} nights); no function is left`;
  });
};
