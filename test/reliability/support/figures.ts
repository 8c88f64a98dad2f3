import { appendFileSync, readFileSync } from 'node:fs';

/** A row of the table at the end of the suite. */
export interface Figures {
  readonly what: string;
  readonly dates: number;
  readonly injected: number;
  readonly stored: number;
  readonly no_data: number;
  readonly parked: number;
  readonly lost: number;
  readonly calls?: number;
  readonly budget?: number;
  readonly seconds: number;
  readonly note?: string;
}

/** The variable with the file in which tests pass their figures to the reporter. */
export const FIGURES_VARIABLE = 'RELIABILITY_FIGURES';

/** Passes the figures to the reporter, if there is one. The assertions do not depend on it. */
export const report = (figures: Figures): void => {
  const path = process.env[FIGURES_VARIABLE];
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(figures)}\n`);
};

export const readFigures = (path: string): Figures[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Figures);

/** Seconds since `begun` (`performance.now()`), one decimal. */
export const secondsSince = (begun: number): number => Math.round((performance.now() - begun) / 100) / 10;
