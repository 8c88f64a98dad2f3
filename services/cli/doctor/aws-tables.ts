import { readSettings } from '../../../cdk/settings.ts';
import { LOGICAL_ID, OUTPUT, WORKOUTS_OWNER } from '../../../shared/core/names.ts';
import { LOCAL_DEFAULTS, templateOf } from '../../local/template/default-template.ts';
import { outputOf, type Stack } from '../../operations/stack.ts';
import { describeTable } from '../target/describe-table.ts';
import { keyInTemplate, keyOf } from '../target/table-keys.ts';
import { type Finding, ok, problem } from './finding.ts';

const CHECK = 'tables';

/** The output that names each table of the stack. */
const TABLES = {
  [LOGICAL_ID.ouraSleepTable]: OUTPUT.ouraSleepTable,
  [LOGICAL_ID.ouraSyncTable]: OUTPUT.ouraSyncTable,
  [LOGICAL_ID.workoutsTable]: OUTPUT.workoutsTable,
} as const;

/** Checks that the tables of the stack exist with the right keys, and reports whether they are protected from deletion. */
export const checkTables = async (stack: Stack): Promise<readonly Finding[]> => {
  const template = await templateOf(readSettings(LOCAL_DEFAULTS));
  const own = Object.entries(TABLES).filter(
    ([id]) =>
      id !== LOGICAL_ID.workoutsTable || outputOf(stack, OUTPUT.workoutsOwner) === WORKOUTS_OWNER.stack,
  );
  const problems: Finding[] = [];
  let unprotected = 0;
  for (const [id, output] of own) {
    const name = outputOf(stack, output);
    const table = await describeTable(stack.dynamodb, name);
    if (table === undefined) {
      problems.push(
        problem(
          CHECK,
          `${name} does not exist`,
          'restore it under this name from its last backup (DynamoDB, Backups)',
        ),
      );
      continue;
    }
    const [has, needs] = [keyOf(table), keyInTemplate(template, id)];
    if (has !== needs)
      problems.push(
        problem(
          CHECK,
          `${name} has the key ${has} instead of ${needs}`,
          'name another table in the settings',
        ),
      );
    if (!table.DeletionProtectionEnabled) unprotected += 1;
  }
  if (problems.length > 0) return problems;
  const protection =
    unprotected === 0
      ? 'protected from deletion'
      : `${unprotected} not protected from deletion (setting deletionProtection)`;
  return [ok(CHECK, `${own.length} with the right keys, ${protection}`)];
};
