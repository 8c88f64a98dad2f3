import { existsSync, readFileSync } from 'node:fs';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { readSettings } from '../../../cdk/settings.ts';
import { synthesize } from '../../../cdk/synthesize.ts';
import { type DeployOptions, deploy } from '../../../services/cli/deploy/deploy.ts';
import { type AwsFront, startAwsFront } from '../../helpers/aws-front.ts';
import { type EmbeddedTables, openEmbeddedTables } from '../../helpers/embedded-tables.ts';
import { freshSettingsFile } from '../../helpers/settings-file.ts';
import { typedTerminal } from '../../helpers/typed-terminal.ts';

const KEPT = 'Kept-OuraSleepTable-1A2B';
const QUESTION = /\]: $|\[y\/N\] $/;

const file = freshSettingsFile();
const environment = { ...process.env };
let front: AwsFront;
let tables: EmbeddedTables;
let untouched: string;
beforeAll(async () => {
  front = await startAwsFront();
  untouched = JSON.stringify(front.account);
  tables = await openEmbeddedTables({ [KEPT]: { date: 'S' } });
});
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await tables.stop();
});
beforeEach(async () => {
  Object.assign(front.account, JSON.parse(untouched));
  Object.assign(process.env, front.env(tables.url, tables.keys));
});
afterEach(() => {
  process.env = { ...environment };
});

const saved = () => JSON.parse(readFileSync(file.path, 'utf8'));

/** The stack as `cdk deploy` left it with these settings. */
const deployedWith = (given: Record<string, unknown>, record = true) => {
  const { stackName } = readSettings(given);
  const { Resources, Outputs } = synthesize(given);
  const outputs = Object.fromEntries(
    Object.entries(Outputs).map(([name, { Value }]) => [name, typeof Value === 'string' ? Value : 'a-name']),
  );
  front.account.stacks[stackName] = {
    status: 'CREATE_COMPLETE',
    outputs: { ...outputs, ...(record && { Settings: JSON.stringify(given) }) },
    template: { Resources },
  };
};

/** Deploys with `lines` typed at the terminal. Returns what it showed, and the arguments of cdk. */
const deployTyping = async (lines: readonly string[], options: Partial<DeployOptions> = {}) => {
  const { terminal, shown } = typedTerminal(QUESTION, ...lines);
  const calls: (readonly string[])[] = [];
  const cdk = async (args: readonly string[]) => {
    // cdk reads the file.
    expect(existsSync(file.path)).toBe(true);
    calls.push(args);
    return true;
  };
  const deployed = await deploy({ set: {}, ...options }, { terminal, machine: 'Europe/Berlin', cdk });
  return { deployed, shown: shown(), calls };
};

test('asks for zone and mail address, saves them, and runs cdk deploy', async () => {
  const { deployed, shown, calls } = await deployTyping(['', 'no address', 'me@example.org']);
  expect(deployed).toBe(true);
  expect(shown).toContain('Your time zone [Europe/Berlin]: ');
  expect(shown).toContain('The setting alarmEmail is "no address"; it must be an e-mail address');
  expect(saved()).toEqual({ timeZone: 'Europe/Berlin', alarmEmail: 'me@example.org' });
  expect(calls).toEqual([['deploy']]);
});

test('does not ask for what is saved, and saves settings of the command line with their type', async () => {
  file.write({ timeZone: 'Asia/Tokyo', alarmEmail: '' });
  const { shown } = await deployTyping([], { set: { lookBackDays: '9', reserveConcurrency: 'false' } });
  expect(shown).toContain('Alarms notify no one');
  expect(saved()).toEqual({
    timeZone: 'Asia/Tokyo',
    alarmEmail: '',
    lookBackDays: 9,
    reserveConcurrency: false,
  });
});

test('--yes asks nothing, and needs no terminal', async () => {
  const { calls } = await deployTyping([], { yes: true });
  expect(saved()).toEqual({ timeZone: 'Europe/Berlin' });
  expect(calls).toEqual([['deploy', '--require-approval', 'never']]);
});

test('an invalid setting changes nothing', async () => {
  await expect(deployTyping([], { yes: true, set: { batchSize: 'many' } })).rejects.toThrow(
    'The setting batchSize is "many"',
  );
  expect(existsSync(file.path)).toBe(false);
});

test.each([
  [10, 10, false],
  [1000, 102, false],
  [1000, 103, undefined],
])('with a limit of %d and %d unreserved, reserveConcurrency is %p', async (limit, unreserved, reserved) => {
  Object.assign(front.account, { limit, unreserved });
  await deployTyping([], { yes: true });
  expect(saved().reserveConcurrency).toBe(reserved);
});

test('the reservation of the deployed worker does not count against the limit', async () => {
  deployedWith({ concurrency: 5 });
  Object.assign(front.account, { limit: 1000, unreserved: 100 });
  await deployTyping([], { yes: true });
  expect(saved()).toMatchObject({ concurrency: 5 });
  expect(saved().reserveConcurrency).toBeUndefined();
});

test('a demanded reservation that the account cannot give is rejected', async () => {
  file.write({ reserveConcurrency: true });
  Object.assign(front.account, { limit: 10, unreserved: 10 });
  await expect(deployTyping([], { yes: true })).rejects.toThrow('3 cannot be reserved for its functions');
});

test.each([
  [104, false],
  [105, undefined],
])(
  'with webhooks and a limit of %d, reserveConcurrency is %p: the receiver reserves two',
  async (limit, reserved) => {
    Object.assign(front.account, { limit, unreserved: limit });
    await deployTyping([], { yes: true, set: { webhooks: 'true' } });
    expect(saved().reserveConcurrency).toBe(reserved);
  },
);

test('says how to subscribe once webhooks are on, and to unsubscribe before they are off', async () => {
  const on = await deployTyping([], { yes: true, set: { webhooks: 'true' } });
  expect(on.shown).toContain("To subscribe to Oura's webhooks: npm run webhooks -- subscribe --aws\n");
  deployedWith({ timeZone: 'Europe/Berlin', webhooks: true });
  const again = await deployTyping([], { yes: true });
  expect(again.shown).not.toContain('npm run webhooks');
  const off = await deployTyping([], { yes: true, set: { webhooks: 'false' } });
  expect(off.shown).toContain('AWS::ApiGatewayV2::Api WebhookApi');
  expect(off.shown).toContain('run npm run webhooks -- remove --aws first.');
});

test('who may not read the limit can deploy', async () => {
  front.account.refused = { GetAccountSettings: 'AccessDeniedException' };
  expect((await deployTyping([], { yes: true })).deployed).toBe(true);
});

describe('a deployed stack', () => {
  const DEPLOYED = { timeZone: 'Asia/Tokyo', alarmEmail: 'me@example.org', lookBackDays: 9 };

  test('restores a lost settings file', async () => {
    deployedWith(DEPLOYED);
    const { shown, calls } = await deployTyping([]);
    expect(shown).toContain('does not exist: it starts from the settings of OuraSleepSync');
    expect(shown).not.toMatch(/Changed settings|removes/);
    expect(saved()).toEqual(DEPLOYED);
    expect(calls).toHaveLength(1);
  });

  test('of an earlier version, which recorded nothing, restores them too', async () => {
    deployedWith(DEPLOYED, false);
    await deployTyping([], { yes: true });
    expect(saved()).toMatchObject(DEPLOYED);
  });

  test('asks before it removes anything, and saves nothing without consent', async () => {
    deployedWith(DEPLOYED);
    file.write({ ...DEPLOYED, alarmEmail: '' });
    const before = readFileSync(file.path, 'utf8');
    await expect(deployTyping(['n'])).rejects.toThrow('Not deployed, and nothing was saved.');
    expect(readFileSync(file.path, 'utf8')).toBe(before);
    const { shown, calls } = await deployTyping(['y']);
    expect(shown).toContain('alarmEmail: me@example.org → not set');
    expect(shown).toMatch(/The deployment removes:\n {2}AWS::SNS::/);
    expect(calls).toHaveLength(1);
  });

  test('asks before a setting that the file does not hold returns to its default', async () => {
    deployedWith(DEPLOYED);
    file.write({ timeZone: 'Asia/Tokyo', alarmEmail: 'me@example.org' });
    await expect(deployTyping(['n'])).rejects.toThrow('Not deployed');
    const { shown } = await deployTyping(['y']);
    expect(shown).toContain('Deploy? lookBackDays will have the default again. [y/N]');
    expect(shown).toContain('lookBackDays: 9 → 7');
  });

  test('deploys a changed setting without a question', async () => {
    deployedWith(DEPLOYED);
    file.write(DEPLOYED);
    const { shown, calls } = await deployTyping([], { set: { lookBackDays: '10' } });
    expect(shown).toContain('lookBackDays: 9 → 10');
    expect(calls).toHaveLength(1);
  });

  test('whose creation failed counts as none', async () => {
    deployedWith(DEPLOYED);
    Object.assign(front.account.stacks['OuraSleepSync'] ?? {}, { status: 'ROLLBACK_COMPLETE' });
    await deployTyping([], { yes: true });
    expect(saved()).toEqual({ timeZone: 'Europe/Berlin' });
  });

  test('keeps the names of its tables', async () => {
    deployedWith(DEPLOYED);
    await expect(deployTyping([], { yes: true, set: { sleepTable: KEPT } })).rejects.toThrow(
      'remove sleepTable',
    );
    expect(existsSync(file.path)).toBe(false);
  });
});

describe('the kept table of a destroyed stack', () => {
  const set = { stackName: 'Kept' };

  test('is adopted after consent, and protected', async () => {
    const { shown, calls } = await deployTyping(['', '', 'y'], { set });
    expect(shown).toContain(`Adopt the kept ${KEPT}? [y/N]`);
    expect(calls).toEqual([['deploy', '--import-existing-resources']]);
    expect(saved()).toMatchObject({ sleepTable: KEPT });
    const { Table } = await tables.raw.dynamodb.send(new DescribeTableCommand({ TableName: KEPT }));
    expect(Table?.DeletionProtectionEnabled).toBe(true);
  });

  test('is never left behind without a word', async () => {
    await expect(deployTyping(['', '', ''], { set })).rejects.toThrow('add --new-tables');
    expect(existsSync(file.path)).toBe(false);
  });

  test('is not adopted with --new-tables', async () => {
    const { calls } = await deployTyping([], { set, yes: true, newTables: true });
    expect(calls.flat()).not.toContain('--import-existing-resources');
    expect(saved().sleepTable).toBeUndefined();
  });
});

test('says what is wrong with the AWS login', async () => {
  front.account.refused = { DescribeStacks: 'ExpiredToken' };
  await expect(deployTyping([], { yes: true })).rejects.toThrow('The AWS login has expired: log in again.');
});
