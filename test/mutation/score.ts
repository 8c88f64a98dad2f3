import type { Stryker } from '@stryker-mutator/core';

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];
export type Mutant = Pick<MutantResult, 'fileName' | 'location' | 'mutatorName' | 'replacement' | 'status'>;

/** How many mutants there are and what became of them. `counted` leaves out the invalid: they do not load, so they prove nothing. */
export const countMutants = (mutants: readonly Mutant[]) => {
  const withStatus = (...statuses: Mutant['status'][]) =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  const invalid = withStatus('CompileError', 'RuntimeError', 'Ignored');
  return {
    counted: mutants.length - invalid,
    killed: withStatus('Killed'),
    survived: withStatus('Survived'),
    noCoverage: withStatus('NoCoverage'),
    timeout: withStatus('Timeout'),
    invalid,
  };
};

/** The share of killed mutants, in percent. Stryker counts a timeout as detected. Here it is not: it fails no test by name. */
export const scorePercent = (mutants: readonly Mutant[]): number => {
  const { killed, counted } = countMutants(mutants);
  return counted === 0 ? 0 : (100 * killed) / counted;
};

/** The last line of a run, which .ci/nightly quotes. */
export const describeScore = (mutants: readonly Mutant[]): string => {
  const { killed, counted } = countMutants(mutants);
  return `Mutation score: ${scorePercent(mutants).toFixed(1)} % (${killed} of ${counted} mutants killed)`;
};

/** Stryker's lines and columns begin with 1. */
const textAt = (source: string, { start, end }: Mutant['location']): string =>
  source
    .split('\n')
    .slice(start.line - 1, end.line)
    .map((line, index, { length }) =>
      line
        .slice(index === 0 ? start.column - 1 : 0, index === length - 1 ? end.column - 1 : undefined)
        .trim(),
    )
    .join(' ');

/** One line for a mutant that no test noticed: place, operator, what it replaced and by what. `source` is the file's text. */
export const describeSurvivor = (mutant: Mutant, source: string): string => {
  const { status, fileName, location, mutatorName, replacement = '' } = mutant;
  const change = `${textAt(source, location)} -> ${replacement.replaceAll(/\s+/g, ' ')}`;
  return `${status} ${fileName}:${location.start.line} ${mutatorName}: ${change}`;
};
