// npm run lint:cfn: AWS's cfn-lint over the synthesized template. Any finding fails, information included. Ends with 0
// and SKIPPED in capitals if python3 or PyPI is not available.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../cdk/synthesize.ts';
import { pythonPackages } from '../helpers/python-packages.ts';

const VERSION = '1.58.0';
const PYTHON = pythonPackages(`cfn-lint-${VERSION}`, [`cfn-lint==${VERSION}`], `cfn-lint ${VERSION}`);
const LINT = PYTHON.command('cfn-lint');

/** Accepted findings by rule, each with its reason. */
const ACCEPTED: Readonly<Record<string, string>> = {
  I1022: 'CDK joins what it concatenates by Fn::Join; this template is not written by hand',
  W3005:
    'CDK lists a role beside its policy in DependsOn; the policy is the one that matters, the role does no harm',
};

const lint = (): number => {
  const folder = mkdtempSync(join(tmpdir(), 'oura-sync-lint-'));
  try {
    // With and without the email subscription of the alarms, which only a setting adds.
    const files = [{}, { alarmEmail: 'sleeper@example.com' }].map((settings, index) => {
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

const missing = PYTHON.install();
if (missing === undefined) {
  process.exitCode = lint();
  if (process.exitCode === 0) console.error(`cfn-lint ${VERSION}: no findings in two templates`);
} else {
  console.error(`\n*** SKIPPED: the template was NOT linted. cfn-lint is missing: ${missing} ***\n`);
}
