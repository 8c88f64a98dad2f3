import { Command } from 'commander';
import { doctorExit, findingTable } from '../doctor/finding-table.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { printAs } from '../print/write.ts';
import type { StackOptions } from '../target/with-stack.ts';

export const doctorCommand = (): Command =>
  withStackOptions(
    new Command('doctor')
      .description(
        'Checks everything that can stop nights from syncing, on this machine or, with --aws, in the deployed stack, and says what to do ' +
          'about each finding. Exit code 0: no problems. 1: problems.',
      )
      .addOption(OPTION.format(['table', 'json'], 'table')),
  ).action(async ({ format, dataDir, aws, stack }: StackOptions & { format: string }) => {
    const findings = aws
      ? await (await import('../doctor/aws.ts')).examineAws(stack)
      : await (await import('../doctor/local.ts')).examineMachine(dataDir);
    printAs(format, findings, () => findingTable(findings));
    process.exitCode = doctorExit(findings);
  });
