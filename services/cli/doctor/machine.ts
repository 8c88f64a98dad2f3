import { statSync } from 'node:fs';
import { join } from 'node:path';
import { showInstant } from '../../../shared/core/show-instant.ts';
import { describeFreeSpace, freeSpace, isNearlyFull } from '../../local/data-folder/free-space.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const NEEDED_NODE = 24;
const COMFORTABLE_FREE_BYTES = 1_000_000_000;
/** AWS rejects requests with a larger difference, and the date may be wrong. */
const MOST_SKEW_MS = 5 * 60_000;

/** @param version `process.versions.node` */
export const checkNode = (version: string): Finding =>
  Number.parseInt(version, 10) >= NEEDED_NODE
    ? ok('Node', version)
    : problem(
        'Node',
        `${version} is too old`,
        "run npm ci, and start commands with npm run: they use the project's own Node",
      );

/** Checks the free space at `dataDir`, which may not exist yet. */
export const checkDisk = async (dataDir: string): Promise<Finding> => {
  const space = await freeSpace(dataDir);
  const said = describeFreeSpace(space);
  const advice = `free some space on the disk of ${space.place}`;
  if (isNearlyFull(space)) return problem('disk', said, advice);
  return space.bytes < COMFORTABLE_FREE_BYTES ? warning('disk', said, advice) : ok('disk', said);
};

/** When this software was installed: a correct clock cannot show an earlier time. */
const installedAt = (): number =>
  statSync(join(import.meta.dirname, '..', '..', '..', 'package.json')).mtimeMs;

/** Checks the clock against the time of a server, else against the time of the installation. */
export const checkClock = (
  now: number,
  serverTime: number | undefined,
  timeZone: string,
  installed = installedAt(),
): Finding => {
  const advice = "set the machine's clock, preferably with NTP: dates and AWS signatures depend on it";
  if (serverTime !== undefined) {
    const seconds = Math.round((now - serverTime) / 1000);
    return Math.abs(now - serverTime) <= MOST_SKEW_MS
      ? ok('clock', `${showInstant(now, timeZone)}, matches Oura's clock`)
      : problem(
          'clock',
          `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} Oura's clock`,
          advice,
        );
  }
  return now + MOST_SKEW_MS < installed
    ? problem('clock', `${showInstant(now, timeZone)}, before this software was installed`, advice)
    : ok('clock', showInstant(now, timeZone));
};
