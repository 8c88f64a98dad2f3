import { Command } from 'commander';
import { findingTable } from '../doctor/finding-table.ts';
import { EXIT } from '../exit.ts';
import { OPTION, withStackOptions } from '../options.ts';

interface DoctorOptions {
  readonly format: string;
  readonly dataDir: string;
  readonly aws?: boolean;
  readonly stack?: string;
}

export const doctorCommand = (): Command =>
  withStackOptions(
    new Command('doctor')
      .description(
        'Checks what can keep nights from being synced, on this machine or, with --aws, in the deployed stack, and says what to do ' +
          'about each finding. Exit 0 without problems, 1 with problems.',
      )
      .addOption(OPTION.format(['table', 'json'], 'table')),
  ).action(async ({ format, dataDir, aws, stack }: DoctorOptions) => {
    const findings = aws
      ? await (await import('../doctor/aws.ts')).examineAws(stack)
      : await (await import('../doctor/local.ts')).examineMachine(dataDir);
    process.stdout.write(
      `${format === 'json' ? JSON.stringify(findings, null, 2) : findingTable(findings)}\n`,
    );
    process.exitCode = findings.some(({ state }) => state === 'problem') ? EXIT.unsettled : EXIT.settled;
  });
