import { expect, test } from '@jest/globals';
import { Command } from 'commander';
import { rejectLinesOfNpm } from '../../../services/cli/lines-of-npm.ts';
import { OPTION } from '../../../services/cli/options.ts';
import { formatFor } from '../../../services/cli/print/write-table.ts';
import { TABLE_FORMATS } from '../../../services/insights/export/formats.ts';

const commandWith = (...args: string[]): Command =>
  new Command('export')
    .addOption(OPTION.format(TABLE_FORMATS, 'json'))
    .addOption(OPTION.out())
    .addOption(OPTION.follow())
    .parse(args, { from: 'user' });

test.each([
  [[], 'json'],
  [['--out', 'x.parquet'], 'parquet'],
  [['--out', 'X.CSV'], 'csv'],
  [['--out', 'x.sqlite'], 'sqlite'],
  [['--out', 'x.db', '--format', 'sqlite'], 'sqlite'],
  [['--out', 'x.txt', '--format', 'jsonl'], 'jsonl'],
  [['--out', 'x', '--format', 'csv'], 'csv'],
  [['--out', 'x.jsonl', '--format', 'jsonl'], 'jsonl'],
])('%j writes %s', (args, format) => {
  expect(formatFor(commandWith(...args))).toBe(format);
});

test('refuses a file whose ending is another format than --format', () => {
  expect(() => formatFor(commandWith('--out', 'x.parquet', '--format', 'json'))).toThrow(
    '--format json does not fit x.parquet: name a file that ends in .json, or leave out --format.',
  );
});

test.each(['x.txt', 'x', 'x.csv.gz', 'csv'])('refuses %s without --format', (file) => {
  expect(() => formatFor(commandWith('--out', file))).toThrow(
    `The ending of ${file} is not that of a format: name a file that ends in .csv, .json, .jsonl, .parquet, .sqlite, or add --format.`,
  );
});

test('refuses data below the lines of npm, but not a table, a file, a folder, a terminal or --silent', () => {
  const npm = { npm_lifecycle_event: 'export' };
  const reject = (args: string[], env: Record<string, string>, isTerminal = false) =>
    rejectLinesOfNpm(commandWith(...args), env, isTerminal);
  expect(() => reject([], npm)).toThrow(
    'add --silent, as in npm run --silent export -- --format json, or the option --out FILE.',
  );
  expect(() => reject([], { ...npm, npm_config_loglevel: 'silent' })).not.toThrow();
  expect(() => reject([], npm, true)).not.toThrow();
  expect(() => reject(['--out', 'x.json'], npm)).not.toThrow();
  expect(() => reject(['--follow', 'x', '--format', 'parquet'], npm)).not.toThrow();
  expect(() => reject([], {})).not.toThrow();
});
