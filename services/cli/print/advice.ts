import { asCalled, DEFAULT_DATA_DIR } from '../environment/caller.ts';

/** The stack of a suggested command: the deployed one, or the one in a data folder. */
export interface Target {
  readonly aws?: boolean;
  /** The value of `--stack`. */
  readonly stack?: string | undefined;
  readonly dataDir: string;
}

/** Quotes `text` as one word of a POSIX shell if necessary. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const flagsFor = ({ aws, stack, dataDir }: Target): string[] => {
  if (aws) return stack === undefined ? ['--aws'] : ['--aws', '--stack', stack];
  return dataDir === DEFAULT_DATA_DIR ? [] : ['--data-dir', dataDir];
};

/** Returns a complete command to paste. @param name `start` or another command */
export const suggest = (name: string, target: Target, ...options: string[]): string => {
  const given = [...options, ...flagsFor(target)].map(shellWord);
  return asCalled([npmScript(name), ...(given.length === 0 ? [] : ['--', ...given])].join(' '));
};

/** Instead of `suggest('connect', …)` for a folder of simulated nights, which `connect` refuses. */
export const connectNewFolder = (): string =>
  `${suggest('connect', { dataDir: 'FOLDER' })} with a new folder`;

export const npmScript = (name: string): string => (name === 'start' ? 'npm start' : `npm run ${name}`);
