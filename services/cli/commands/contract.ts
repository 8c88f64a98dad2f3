import { Command, Option } from 'commander';
import { OPTION, withStackOptions } from '../options.ts';
import { printAs } from '../print/write.ts';
import type { StackOptions } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';

interface ContractOptions extends StackOptions {
  readonly sandbox?: boolean;
  readonly format: string;
}

export const contractCommand = (): Command =>
  withStackOptions(
    new Command('contract')
      .description(
        'Compares what Oura responds with what this version reads: fields, types, nulls, values and, with an account, date ranges. ' +
          'Asks Oura for the last weeks of the connected account or, with --sandbox, for generated records. Stores nothing, and prints no ' +
          'value of a record. Exit code 0: nothing that is read has changed. 1: something has. 2: wrong usage, or no connection. ' +
          '3: not decided, because Oura cannot be reached.',
      )
      .addOption(
        new Option('--sandbox', "use Oura's sandbox, which needs no account").conflicts([
          'aws',
          'stack',
          'dataDir',
        ]),
      )
      .addOption(OPTION.format(['text', 'json'], 'text')),
  ).action(async (options: ContractOptions) => {
    process.exitCode = await contract(options);
  });

const contract = async (options: ContractOptions): Promise<number> => {
  const { accountSource, sandboxSource } = await import('../contract/source.ts');
  const { compare } = await import('../contract/compare.ts');
  const { contractExit, contractText, reportOf } = await import('../contract/report.ts');
  const source = options.sandbox ? sandboxSource(process.env) : await accountSource(options, process.env);
  const compared = await compare(source);
  const denial = compared.find(({ endpoint }) => endpoint === 'sleep')?.denial;
  if (source.kind === 'account' && denial) throw new UsageError(`${denial.message}.`);
  const report = reportOf(source, compared);
  printAs(options.format, report, () => contractText(report));
  return contractExit(report);
};
