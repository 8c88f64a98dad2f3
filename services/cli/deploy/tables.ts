import { type DynamoDBClient, paginateListTables, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import type { Settings } from '../../../cdk/settings.ts';
import type { Template } from '../../../cdk/template.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { describeTable } from '../target/describe-table.ts';
import { keyInTemplate, keyOf } from '../target/table-keys.ts';
import { UsageError } from '../usage-error.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** The setting that names each table of the stack. */
const NAMED_BY = {
  [LOGICAL_ID.ouraSleepTable]: 'sleepTable',
  [LOGICAL_ID.ouraSyncTable]: 'syncTable',
  [LOGICAL_ID.workoutsTable]: 'ownWorkoutsTable',
} as const satisfies Record<string, keyof Settings>;

type TableNames = Partial<Record<(typeof NAMED_BY)[keyof typeof NAMED_BY], string>>;

const tables = Object.entries(NAMED_BY);

/** Rejects a change of a table's name: CloudFormation would replace the table by an empty one. */
export const checkNamesStay = ({ declared, physical }: DeployedStack, after: Template): void => {
  for (const [id, setting] of tables) {
    const [was, will] = [declared[id], after.Resources[id]];
    if (!was || !will) continue;
    const before = was.Properties?.['TableName'];
    if (before === will.Properties['TableName']) continue;
    const remedy = before === undefined ? `remove ${setting}` : `set ${setting} to ${String(before)}`;
    throw new UsageError(
      `The stack already has the table ${physical.get(id)?.physicalId}, which another name would replace by an empty one: ${remedy}. ` +
        'To use another table, destroy the stack first (its tables are kept).',
    );
  }
};

/**
 * Returns the names of existing tables that the deployment brings into the stack. Rejects a table with another key, which could
 * not hold the data.
 */
export const tablesToAdopt = async (
  dynamodb: DynamoDBClient,
  deployed: DeployedStack | undefined,
  after: Template,
): Promise<readonly string[]> => {
  const adopted: string[] = [];
  for (const [id, setting] of tables) {
    const name = after.Resources[id]?.Properties['TableName'];
    if (typeof name !== 'string' || deployed?.declared[id] !== undefined) continue;
    const table = await describeTable(dynamodb, name);
    if (table === undefined) continue;
    const [has, needs] = [keyOf(table), keyInTemplate(after, id)];
    if (has !== needs) {
      throw new UsageError(
        `The table ${name} has the key ${has}, but ${setting} needs ${needs}: name another table.`,
      );
    }
    adopted.push(name);
  }
  return adopted;
};

/** Protects tables from deletion before CloudFormation imports them, so that no failed deployment can delete their data. */
export const protect = async (dynamodb: DynamoDBClient, names: readonly string[]): Promise<void> => {
  for (const TableName of names) {
    const { DeletionProtectionEnabled } = (await describeTable(dynamodb, TableName)) ?? {};
    if (DeletionProtectionEnabled) continue;
    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
  }
};

/**
 * Finds tables that a destroyed stack of this name has left, for the settings that name no table yet. Throws a UsageError if there
 * are several for one setting.
 */
export const findKeptTables = async (dynamodb: DynamoDBClient, settings: Settings): Promise<TableNames> => {
  const names: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client: dynamodb }, {}))
    names.push(...TableNames);
  const kept: TableNames = {};
  for (const [id, setting] of tables) {
    if (settings[setting] !== undefined) continue;
    if (setting === 'ownWorkoutsTable' && settings.workoutsTable !== undefined) continue;
    // The form of the names that CloudFormation generates.
    const own = new RegExp(`^${settings.stackName}-${id}-[A-Z0-9]+$`);
    const [found, ...more] = names.filter((name) => own.test(name));
    if (more.length > 0) {
      throw new UsageError(
        `There are several kept tables, ${[found, ...more].join(' and ')}: add --set ${setting}=NAME with the one to adopt, or --new-tables to adopt none.`,
      );
    }
    if (found !== undefined) kept[setting] = found;
  }
  return kept;
};
