// npm run lint:cfn: AWS's cfn-lint over the synthesized template. Any finding fails, information included. Ends with 0
// and SKIPPED in capitals where python3 or PyPI is not there.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../cdk/synthesize.ts';

const VERSION = '1.58.0';
const VENV = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', `cfn-lint-${VERSION}`);
const LINT = join(VENV, 'bin', 'cfn-lint');

/** Findings that stand, by rule, each with its reason. */
const ACCEPTED: Readonly<Record<string, string>> = {
  I1022: 'CDK joins what it concatenates by Fn::Join; nobody writes this template by hand',
  W3005:
    'CDK lists a role beside its policy in DependsOn; the policy is the one that matters, the role does no harm',
};

/** Runs `command` to its end; what it says where it fails, else undefined. */
const failure = (command: string, ...args: string[]): string | undefined => {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim().split('\n').at(-1) ?? `${command} ended with ${status}`;
};

/** Why cfn-lint cannot be had; undefined where it is installed now. */
const install = (): string | undefined => {
  if (existsSync(LINT)) return undefined;
  console.error(`Installing cfn-lint ${VERSION} in node_modules/.cache`);
  return (
    failure('python3', '-m', 'venv', VENV) ??
    failure(join(VENV, 'bin', 'pip'), 'install', '--quiet', `cfn-lint==${VERSION}`)
  );
};

const lint = (): number => {
  const folder = mkdtempSync(join(tmpdir(), 'oura-sync-lint-'));
  try {
    // With and without what only a setting brings: the mail subscription of the alarms.
    const files = [{}, { alarmEmail: 'somebody@example.com' }].map((settings, index) => {
      const file = join(folder, `${index}.template.json`);
      writeFileSync(file, JSON.stringify(synthesize(settings), null, 2));
      return file;
    });
    const ignored = Object.keys(ACCEPTED).flatMap((rule) => ['--ignore-checks', rule]);
    const regions = ['--regions', 'us-east-1', 'eu-central-1'];
    const { status } = spawnSync(LINT, [...files, ...regions, '--include-checks', 'I', ...ignored], {
      stdio: 'inherit',
    });
    return status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const missing = install();
if (missing === undefined) {
  process.exitCode = lint();
  if (process.exitCode === 0) console.error(`cfn-lint ${VERSION}: no findings in two templates`);
} else {
  console.error(`\n*** SKIPPED: the template was NOT linted. cfn-lint is missing: ${missing} ***\n`);
}
