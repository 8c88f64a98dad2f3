import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshDataFolder, startCommand } from '../helpers/command.ts';

const dataDir = freshDataFolder();
const PACKAGES = ['@aws-sdk', '@smithy', '@aws-lambda-powertools', '@aws'];
const NAME =
  /["'`](?:AWS|POWERTOOLS|SMITHY|_X_AMZN|LOG)_[A-Z0-9_]+["'`]|env\.(?:AWS|POWERTOOLS|SMITHY|_X_AMZN|LOG)_[A-Z0-9_]+/g;

/** Every variable of AWS that a library of AWS names in its code. */
const variables = (): string[] => {
  const names = PACKAGES.flatMap((scope) => {
    const root = join('node_modules', scope);
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(c|m)?js$/.test(path) && !/dist-types|\/models?\//.test(path))
      .flatMap((path) => readFileSync(join(root, path), 'utf8').match(NAME) ?? []);
  });
  return [...new Set(names.map((name) => name.replaceAll(/env\.|["'`]/g, '')))].sort();
};

test('a command on this machine ignores what the user has set for AWS, all of it junk', async () => {
  const names = variables();
  expect(names).toEqual(
    expect.arrayContaining(['AWS_USE_FIPS_ENDPOINT', 'AWS_DEFAULTS_MODE', 'POWERTOOLS_DEV', 'LOG_LEVEL']),
  );
  const junk = Object.fromEntries([...names, 'AWS_TABLE_NAME'].map((name) => [name, 'junk']));
  const { code, stdout, stderr } = await startCommand(['start', '--once', '--days', '1', ...dataDir.option], {
    ...junk,
    // These break only with a value that they know.
    POWERTOOLS_DEV: 'true',
    AWS_USE_DUALSTACK_ENDPOINT: 'true',
  }).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('1 night written');
  const lines = readFileSync(join(dataDir.path, 'log.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).message)).toContain('Planned');
});

test('runs for a user without a name and a home, and without a temporary folder', async () => {
  chmodSync(join(dataDir.path, '..'), 0o777);
  // The CDK, which an unusual setting needs, writes temporary files.
  const { code, stderr } = await startCommand(
    ['start', '--once', '--days', '1', '--retry-base', '0.5', ...dataDir.option],
    { TMPDIR: '/etc' },
    { uid: 54_321, gid: 54_321 },
  ).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
