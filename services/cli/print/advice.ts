import type { GapContext } from '../../operations/gaps/find-gaps.ts';

/** Which stack the advice is about: the deployed one, or the one in a data folder. */
export interface Target {
  readonly aws?: boolean;
  /** Its name, where `--stack` gave one. */
  readonly stack?: string | undefined;
  readonly dataDir: string;
}

/** The default of `--data-dir`, which a suggested command need not repeat. */
export const DEFAULT_DATA_DIR = '.data';

/** `text` as one word of a POSIX shell, quoted where it would be more, or something else. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const flagsFor = ({ aws, stack, dataDir }: Target): string[] => {
  if (aws) return stack === undefined ? ['--aws'] : ['--aws', '--stack', stack];
  return dataDir === DEFAULT_DATA_DIR ? [] : ['--data-dir', dataDir];
};

/** A command to suggest, complete: it can be pasted as it stands. `name`: `start` or the name of an npm script. */
export const suggest = (name: string, target: Target, ...options: string[]): string => {
  const given = [...options, ...flagsFor(target)];
  const command = name === 'start' ? 'npm start' : `npm run ${name}`;
  return given.length === 0 ? command : `${command} -- ${given.map(shellWord).join(' ')}`;
};

/** What the user can do about a gap: commands to paste. */
export const gapActions = (target: Target): GapContext['actions'] => ({
  askFor: (from, to) =>
    from === to
      ? suggest('start', target, '--once', '--from', from, '--to', to)
      : suggest('backfill', target, '--from', from, '--to', to),
  redrive: suggest('redrive', target),
});
