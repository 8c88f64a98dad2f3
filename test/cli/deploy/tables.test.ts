import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readSettings } from '../../../cdk/settings.ts';
import type { Template } from '../../../cdk/template.ts';
import type { DeployedStack } from '../../../services/cli/deploy/deployed-stack.ts';
import {
  checkNamesStay,
  findKeptTables,
  protect,
  tablesToAdopt,
} from '../../../services/cli/deploy/tables.ts';
import { defaultTemplate, LOCAL_DEFAULTS } from '../../../services/local/template/default-template.ts';
import { type EmbeddedTables, openEmbeddedTables } from '../../helpers/embedded-tables.ts';

const NIGHTS = 'Mine-OuraSleepTable-1A2B';
const WORKOUTS = 'Mine-WorkoutsTable-9Z';

let tables: EmbeddedTables;
let dynamodb: DynamoDBClient;
beforeAll(async () => {
  tables = await openEmbeddedTables({
    [NIGHTS]: { date: 'S' },
    'Mine-OuraSyncTable-3C': { pk: 'S' },
    'Mine-OuraSyncTable-4D': { pk: 'S' },
    [WORKOUTS]: { workoutId: 'S', timestamp: 'N' },
    Swapped: { timestamp: 'N', workoutId: 'S' },
    'Other-OuraSleepTable-1A': { date: 'S' },
  });
  dynamodb = new DynamoDBClient({ endpoint: tables.url, region: 'us-east-1', credentials: tables.keys });
});
afterAll(() => tables.stop());

/** The template of the stack with static names. */
const named = (names: Readonly<Record<string, string>>): Template => {
  const template = defaultTemplate(readSettings(LOCAL_DEFAULTS));
  if (!template) throw new Error('run npm run default-template');
  const Resources = Object.entries(template.Resources).map(([id, resource]) => [
    id,
    names[id] === undefined
      ? resource
      : { ...resource, Properties: { ...resource.Properties, TableName: names[id] } },
  ]);
  return { ...template, Resources: Object.fromEntries(Resources) };
};

const deployedWith = (template: Template): DeployedStack => ({
  given: {},
  settings: readSettings({}),
  declared: template.Resources,
  physical: new Map([['OuraSleepTable', { type: 'AWS::DynamoDB::Table', physicalId: NIGHTS }]]),
});

describe('adopting', () => {
  const adopt = (names: Readonly<Record<string, string>>, deployed?: DeployedStack) =>
    tablesToAdopt(dynamodb, deployed, named(names));

  test('brings in existing tables with the right key, and lets CloudFormation create the others', async () => {
    const names = { OuraSleepTable: NIGHTS, OuraSyncTable: 'New', WorkoutsTable: WORKOUTS };
    expect(await adopt(names)).toEqual([NIGHTS, WORKOUTS]);
    expect(await adopt({})).toEqual([]);
  });

  test.each([
    ['OuraSleepTable', 'Mine-OuraSyncTable-3C', 'has the key pk (S), but sleepTable needs date (S)'],
    [
      'WorkoutsTable',
      'Swapped',
      'has the key timestamp (N), workoutId (S), but ownWorkoutsTable needs workoutId (S), timestamp (N)',
    ],
  ])('rejects for %s a table with another key', async (id, name, reason) => {
    await expect(adopt({ [id]: name })).rejects.toThrow(`The table ${name} ${reason}: name another table.`);
  });

  test('a table that is in the stack already needs no import', async () => {
    expect(await adopt({ OuraSleepTable: NIGHTS }, deployedWith(named({})))).toEqual([]);
  });

  test('an adopted table is protected from deletion first', async () => {
    await protect(dynamodb, [NIGHTS]);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: NIGHTS }));
    expect(Table?.DeletionProtectionEnabled).toBe(true);
    await expect(protect(dynamodb, [NIGHTS])).resolves.toBeUndefined();
  });
});

describe('the names of a deployed stack', () => {
  test.each([
    [{}, { OuraSleepTable: NIGHTS }, 'remove sleepTable'],
    [{ OuraSleepTable: 'Old' }, { OuraSleepTable: 'New' }, 'set sleepTable to Old'],
    [{ OuraSleepTable: 'Old' }, {}, 'set sleepTable to Old'],
  ])('cannot change: from %j to %j', (before, after, remedy) => {
    expect(() => checkNamesStay(deployedWith(named(before)), named(after))).toThrow(
      `The stack already has the table ${NIGHTS}, which another name would replace by an empty one: ${remedy}.`,
    );
  });

  test('stay', () => {
    for (const names of [{}, { OuraSleepTable: NIGHTS }])
      expect(() => checkNamesStay(deployedWith(named(names)), named(names))).not.toThrow();
  });
});

describe('kept tables of a destroyed stack', () => {
  const find = (given: object) => findKeptTables(dynamodb, readSettings({ ...given }));

  test('are found by the name of the stack, unless a setting names a table', async () => {
    expect(await find({ stackName: 'Mine', syncTable: 'Mine-OuraSyncTable-4D' })).toEqual({
      sleepTable: NIGHTS,
      ownWorkoutsTable: WORKOUTS,
    });
    expect(await find({ stackName: 'Other' })).toEqual({ sleepTable: 'Other-OuraSleepTable-1A' });
    expect(await find({ stackName: 'Min' })).toEqual({});
  });

  test("no table of workouts is adopted beside another application's", async () => {
    const given = { stackName: 'Mine', syncTable: 'Chosen', workoutsTable: 'GainsIQSets' };
    expect(await find(given)).toEqual({ sleepTable: NIGHTS });
  });

  test('are not chosen from several', async () => {
    await expect(find({ stackName: 'Mine' })).rejects.toThrow(
      'There are several kept tables, Mine-OuraSyncTable-3C and Mine-OuraSyncTable-4D: add --set syncTable=NAME',
    );
  });
});
