import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { TABLE_STYLE } from '../../services/cli/print/table-style.ts';
import type { Day } from '../../shared/core/day.ts';
import type { Usage } from './machine.ts';

/** What a process may hold more on its last day than on its first one, and the last process of the year more than the first. */
const MOST_GROWTH: Usage = { heapMegabytes: 10, residentMegabytes: 40, descriptors: 5, resources: 5 };
/** What the data folder may take after a year. */
const MOST_MEGABYTES = 40;
/** Kept executions, and one that runs. */
const MOST_EXECUTIONS = 201;

interface FolderSize {
  readonly megabytes: number;
  readonly logMegabytes: number;
  readonly executions: number;
}

/** A process of `npm start` from one power cut to the next. */
export interface Lifetime {
  readonly from: Day;
  readonly days: number;
  /** What it held on its first day. */
  readonly first: Usage;
  readonly last: Usage;
  /** On its last day. */
  readonly folder: FolderSize;
}

export const measureFolder = (dataDir: string): FolderSize => ({
  megabytes: readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size / 1e6, 0),
  logMegabytes: statSync(join(dataDir, 'log.jsonl')).size / 1e6,
  executions: readdirSync(join(dataDir, 'executions')).length,
});

const printOver = (what: string, figure: number, most: number): void => {
  if (figure > most) console.log(`OVER ${what}: ${figure.toFixed(1)} (at most ${most})`);
};

const printGrowth = (whose: string, first: Usage, last: Usage): void => {
  for (const name of Object.keys(MOST_GROWTH) as (keyof Usage)[])
    printOver(`growth of ${name} ${whose}`, last[name] - first[name], MOST_GROWTH[name]);
};

/** Prints a row for each process, and OVER for what has grown too much. */
export const printLifetimes = (lifetimes: readonly Lifetime[]): void => {
  const table = new Table({
    head: ['from', 'days', 'heap MB', 'resident MB', 'descriptors', 'folder MB', 'log MB', 'executions'],
    ...TABLE_STYLE,
  });
  for (const { from, days, first, last, folder } of lifetimes) {
    const change = (name: keyof Usage) => `${first[name].toFixed(0)} to ${last[name].toFixed(0)}`;
    table.push([
      from,
      days,
      ...(['heapMegabytes', 'residentMegabytes', 'descriptors'] as const).map(change),
      folder.megabytes.toFixed(1),
      folder.logMegabytes.toFixed(2),
      folder.executions,
    ]);
    printGrowth(`in the process from ${from}`, first, last);
    printOver(`MB of the folder of ${from}`, folder.megabytes, MOST_MEGABYTES);
    printOver(`executions of ${from}`, folder.executions, MOST_EXECUTIONS);
  }
  console.log(table.toString());
  const [oldest, newest] = [lifetimes[0], lifetimes.at(-1)];
  if (oldest && newest) printGrowth('from the first to the last process', oldest.last, newest.last);
};
