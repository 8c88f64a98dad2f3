import { Command } from 'commander';
import { timeZoneOf } from '../../operations/stack.ts';
import { readNightsStatus } from '../../operations/status/nights-status.ts';
import { statusReport } from '../../operations/status/status-report.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { suggest } from '../print/advice.ts';
import { statusTable } from '../print/status-table.ts';
import { print } from '../print/write.ts';
import { stateOf } from '../target/situation.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

export const statusCommand = (): Command =>
  withStackOptions(
    new Command('status')
      .description('Shows the last run, the number of stored nights, and the messages in the queues.')
      .addOption(OPTION.format(['text', 'json'], 'text')),
  ).action(async ({ format, ...options }: StackOptions & { format: string }) => {
    const text = await withStack({ ...options, inspects: true }, async (stack) => {
      const state = await stateOf(options, stack);
      const status = { state, nights: await readNightsStatus(stack, state) };
      return format === 'json'
        ? JSON.stringify(statusReport(status), null, 2)
        : statusTable(status, timeZoneOf(stack), (script) => suggest(script, options));
    });
    print(text);
  });
