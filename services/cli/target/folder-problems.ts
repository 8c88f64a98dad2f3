import { plural } from '../../../shared/core/text.ts';
import { describeFreeSpace, freeSpace, isNearlyFull } from '../../local/data-folder/free-space.ts';
import { readLogGap } from '../../local/data-folder/log-lines.ts';
import { readSetAside } from '../../local/data-folder/set-aside.ts';
import type { Problem } from '../../operations/status/pipeline-state.ts';

const damagedFiles = (dataDir: string): Problem[] => {
  const aside = readSetAside(dataDir);
  const [first] = aside;
  if (first === undefined) return [];
  return [
    {
      id: 'damaged_data',
      severity: 'warning',
      since: first.at,
      summary: `${plural(aside.length, 'damaged file')} set aside in ${dataDir}/damaged, such as ${first.name}: no night depends on ${aside.length === 1 ? 'it' : 'them'}`,
      action: `check the disk; then remove ${dataDir}/damaged`,
      count: aside.length,
    },
  ];
};

const fullDisk = async (dataDir: string): Promise<Problem[]> => {
  const space = await freeSpace(dataDir);
  return isNearlyFull(space)
    ? [
        {
          id: 'disk_full',
          severity: 'problem',
          since: null,
          summary: `the disk of ${space.place} is nearly full: ${describeFreeSpace(space)}`,
          action: `free some space on the disk of ${space.place}`,
          count: null,
        },
      ]
    : [];
};

const logGap = (dataDir: string, now: number): Problem[] => {
  const gap = readLogGap(dataDir, now);
  if (gap === undefined) return [];
  const { since, lines, reason, resumed } = gap;
  const lacks = lines === null ? 'an unknown number of lines' : plural(lines, 'line');
  const why = reason === null ? '' : ` (${reason})`;
  return [
    {
      id: 'log_gap',
      severity: 'warning',
      since,
      summary: `the log lacks ${lacks}${since === null ? '' : ` since ${since}`}${why}; ${
        resumed === null ? 'no line has been written since' : `it is written again since ${resumed}`
      }`,
      action: resumed === null ? `make ${dataDir}/log.jsonl writable` : null,
      count: lines,
    },
  ];
};

/** The problems that only the files of a data folder show. @param now epoch ms */
export const folderProblems = async (dataDir: string, now: number): Promise<Problem[]> => [
  ...(await fullDisk(dataDir)),
  ...damagedFiles(dataDir),
  ...logGap(dataDir, now),
];
