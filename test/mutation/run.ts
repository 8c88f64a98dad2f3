import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { findPasses } from './passes.ts';
import { countMutants, describeScore, describeSurvivor, type Mutant, scorePercent } from './score.ts';

// Stryker's default operators on the pure modules: no operator, file or line is excluded.
// `npm run test:mutation -- day.ts ledger.ts` mutates only the files whose path ends so.

const LEAST_PERCENT = 85;
const ROOT = join(import.meta.dirname, '..', '..');
const endings = process.argv.slice(2);

// Fifty cases of each property, the same for each mutant: 500 for each of a thousand mutants would take a day.
process.env['PROPERTY_RUNS'] ??= '50';
process.env['PROPERTY_SEED'] ??= '1';
process.env['PROPERTY_SHRINK'] ??= 'no';
process.chdir(ROOT);

const mutantsOf = async (mutate: string[], tests: readonly string[]): Promise<Mutant[]> => {
  const results = await new Stryker({
    mutate,
    plugins: ['@stryker-mutator/jest-runner'],
    testRunner: 'jest',
    testRunnerNodeArgs: [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      '--no-sparkplug',
      '--no-maglev',
    ],
    jest: { configFile: 'jest.config.js', config: { testMatch: tests.map((test) => `<rootDir>/${test}`) } },
    coverageAnalysis: 'perTest',
    concurrency: availableParallelism(),
    // Beyond what a test takes without a mutant. Short enough for endless loops, long enough for a busy machine.
    timeoutMS: 20_000,
    ignorePatterns: ['.data', 'cdk.out'],
    tempDirName: '.data/stryker',
    cleanTempDir: 'always',
    reporters: ['progress-append-only'],
    warnings: false,
  }).runMutationTest();
  return results.map((result) => ({ ...result, fileName: relative(ROOT, result.fileName) }));
};

const printSurvivors = (mutants: readonly Mutant[]) => {
  for (const mutant of mutants) {
    if (!['Survived', 'NoCoverage', 'Timeout'].includes(mutant.status)) continue;
    console.log(describeSurvivor(mutant, readFileSync(mutant.fileName, 'utf8')));
  }
};

const printRow = (name: string, of: readonly Mutant[]) => {
  const { counted, killed, survived, noCoverage, timeout, invalid } = countMutants(of);
  const cells = [name, counted, killed, survived, noCoverage, timeout, invalid];
  console.log(`| ${cells.join(' | ')} | ${scorePercent(of).toFixed(1)} % |`);
};

const printRows = (mutants: readonly Mutant[]) => {
  for (const [file, of] of Object.entries(Object.groupBy(mutants, ({ fileName }) => fileName)))
    printRow(file, of ?? []);
};

const mutants: Mutant[] = [];
for (const { mutate, tests } of findPasses()) {
  const files = globSync([...mutate]).filter(
    (file) => endings.length === 0 || endings.some((ending) => file.endsWith(ending)),
  );
  if (files.length === 0) continue;
  const tested = await mutantsOf(files, tests);
  printSurvivors(tested);
  printRows(tested);
  mutants.push(...tested);
}

console.log('\n| File | Mutants | Killed | Survived | No test | Timeout | Invalid | Score |');
console.log('|---|---:|---:|---:|---:|---:|---:|---:|');
printRows(mutants);
printRow('**All**', mutants);
console.log(`\n${describeScore(mutants)}`);
if (scorePercent(mutants) < LEAST_PERCENT) {
  console.error(`The mutation score is below ${LEAST_PERCENT} %.`);
  process.exitCode = 1;
}
